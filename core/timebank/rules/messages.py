"""Every sentence about a rule file: one template per code and language. What is wrong, then what to do."""

from __future__ import annotations

_TYPING = {
    "Y01": (
        "文件太大：{size} 字节，最多 {most} 字节。请删去与规则无关的内容。",
        "the file is too large: {size} bytes, at most {most}; remove what is not a rule.",
    ),
    "Y02": (
        "文件不是 UTF-8 编码。请另存为 UTF-8（无 BOM）。",
        "the file is not UTF-8; save it as UTF-8 without a byte-order mark.",
    ),
    "Y03": (
        "这里有看不见的字符 {character}。请删去这个字符。",
        "an unseen character {character} stands here; delete it.",
    ),
    "Y04": (
        "这里有改变文字方向的隐藏字符 {character}。请删去这个字符。",
        "a hidden character that turns the direction of text stands here: {character}; delete it.",
    ),
    "Y05": ("这里用了制表符（Tab）。请改成空格，每级两个。", "a tab stands here; use spaces, two per level."),
    "Y06": (
        "文件开头有字节顺序标记（BOM）。请另存为 UTF-8（无 BOM）。",
        "the file starts with a byte-order mark; save it as UTF-8 without one.",
    ),
    "Y07": (
        "“{text}”后面是中文冒号“：”。请改成英文冒号加一个空格“: ”。",
        "a full-width colon follows '{text}'; write ': ' (ASCII colon and a space).",
    ),
    "Y08": (
        "{text} 用了中文引号。请改成英文双引号，或去掉引号。",
        "full-width quotes at {text}; use ASCII quotes or none.",
    ),
    "Y09": (
        "{text} 里用了中文逗号或顿号来分隔。请改成英文逗号加一个空格“, ”。",
        "{text} is divided by a full-width comma; write ', ' (ASCII comma and a space).",
    ),
    "Y10": (
        "这里用了全角符号 {text}。请改成英文半角符号。",
        "a full-width mark stands here: {text}; write the ASCII one.",
    ),
    "Y11": ("“{text}”的冒号后面少了一个空格。请加上空格。", "no space after the colon of '{text}'; add one."),
    "Y12": (
        "“{key}”写了两次，第一次在第 {first} 行。请只留一个。",
        "'{key}' is written twice, first on line {first}; keep one.",
    ),
    "Y13": (
        "规则文件里不能用锚点、引用与合并（{mark}）。请把内容写全。",
        "anchors, aliases and merge keys are not used here ({mark}); write the content out.",
    ),
    "Y14": (
        "规则文件里不能用标签 {tag}。请去掉感叹号开头的标签；是文字就加英文双引号。",
        "tags are not used here ({tag}); remove it, or put text in quotes.",
    ),
    "Y15": (
        "“{text}”含义不明。要表示是或否请写 true 或 false；是文字就加英文双引号。",
        "'{text}' may be read as true or false; write true or false, or put text in quotes.",
    ),
    "Y16": (
        "这里没有写内容（空、~ 或 null）。请写上内容，或删去这一项。",
        "nothing is written here (empty, ~ or null); write a value or remove the key.",
    ),
    "Y17": (
        "“{text}”这种数字写法会被不同软件读成不同的数。请写普通的整数或小数；是文字就加英文双引号。",
        "'{text}' is read as different numbers by different programs; write a plain whole number or decimal, "
        "or put text in quotes.",
    ),
    "Y18": (
        "“{text}”会被有些软件读成数字。是文字就加英文双引号；时长请写成 90 min 这样。",
        "'{text}' is read as a number by some programs; put text in quotes, or write a duration such as 90 min.",
    ),
    "Y19": (
        "这里应为文字，“{text}”看起来是日期。请加英文双引号。",
        "text is meant here and '{text}' looks like a date; put it in quotes.",
    ),
    "Y20": ("层级太深，最多 {most} 层。请检查括号与缩进。", "too deep, at most {most} levels; check brackets and indents."),
    "Y21": (
        "一个文件只能有一份规则，这里又开始了一份（---）。请分成两个文件。",
        "a second document starts here (---); one file holds one set of rules.",
    ),
    "Y22": ("键只能是一个词，不能是列表或块。请检查冒号与括号。", "a key is one word, never a list or block; check colons and brackets."),
    "Y23": ("规则文件里不能用 % 开头的指令。请删去这一行。", "directives (%) are not used here; remove the line."),
    "Y24": (
        "这段文字没有引号却延续到第 {next} 行。请检查第 {next} 行的缩进和冒号，或给整段文字加英文双引号。",
        "text without quotes runs on into line {next}; check the indent and colon of line {next}, or quote the text.",
    ),
    "Y25": ("键“{text}”不是文字。请改用英文字母开头的名字。", "the key '{text}' is not text; use a name that starts with a letter."),
    "Y26": (
        "文件最外层应为“键: 值”的块，现在是空的或是列表。请对照示例文件。",
        "the file should be a block of 'key: value' lines; it is empty or a list.",
    ),
    "Y27": ("这里的引号没有结束。请补上英文引号。", "the quote that starts here does not end; close it with an ASCII quote."),
    "Y28": (
        "这里的括号没有正确结束，或里面少了英文逗号。请检查这一处的括号与逗号。",
        "the bracket that starts here does not end properly, or a comma is missing inside.",
    ),
    "Y29": ("缩进不对，或这里多出了内容。请与同级的行对齐，每级两个空格。", "wrong indent or stray content; align it with the lines of its level, two spaces each."),
    "Y30": ("这一行或上一行少了英文冒号加空格“: ”。请补上。", "this line or the one before lacks ': '; add it."),
    "Y31": (
        "这里不该出现冒号。请检查本行与上一行的缩进；文字里有“: ”就加英文双引号。",
        "a colon does not fit here; check the indent of this line and the one before, or quote text that holds ': '.",
    ),
    "Y32": ("这个符号不能用在开头。是文字就加英文双引号。", "this mark cannot start a value; put text in quotes."),
    "Y33": ("写法有误，读不下去：{problem}。请检查本行与上一行。", "cannot be read: {problem}; check this line and the one before."),
}
MESSAGES: dict[str, tuple[str, str]] = {**_TYPING}
_VERSIONS = {
    "V08": (
        "这个文件夹里没有规则文件。请放入以生效日期命名的文件，如 2026-01-01.yaml。",
        "no rule file in this folder; add one named by its effective date, such as 2026-01-01.yaml.",
    ),
}
_PLUGIN = {
    "P01": ("{said}", "{said}"),
}
MESSAGES.update(_VERSIONS)
MESSAGES.update(_PLUGIN)
