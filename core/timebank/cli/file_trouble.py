"""A file that the system will not let us read or write: which, why, and what to do."""

from __future__ import annotations

import errno

from timebank.domain.words import Words

_REASONS = {
    errno.EISDIR: Words("它是文件夹，不是文件", "it is a folder, not a file"),
    errno.ENOTDIR: Words("路径中间有一段是文件，不是文件夹", "a part of its path is a file, not a folder"),
    errno.ENOENT: Words(
        "没有这个文件或文件夹，或链接指向的不在了",
        "there is no such file or folder, or what a link points to is gone",
    ),
    errno.EACCES: Words("没有读写它的权限", "there is no permission to read or write it"),
    errno.EPERM: Words("没有读写它的权限", "there is no permission to read or write it"),
    errno.EROFS: Words("那里只能读，不能写", "nothing can be written there"),
    errno.ENOSPC: Words("磁盘已满", "the disk is full"),
    errno.ELOOP: Words("链接绕成了一圈", "its links go round in a circle"),
    errno.EEXIST: Words("那里已有同名的文件或文件夹", "a file or folder of that name is there already"),
    errno.ENAMETOOLONG: Words("名称太长", "its name is too long"),
}


def file_trouble(error: OSError) -> Words:
    """Return what is told of a file that could not be read or written.

    Args:
        error: what the system said; it names the file.
    """
    why = _REASONS.get(error.errno or 0, Words(str(error.strerror), str(error.strerror)))
    zh = f"文件用不了：{error.filename}。原因：{why.zh}。请核对位置、名称与权限。"
    en = f"A file cannot be used: {error.filename}. Why: {why.en}. Check where it lies, its name and who may use it."
    return Words(zh, en)
