"""Every sentence about a rule file: one template per code and language. What is wrong, then what to do."""

from __future__ import annotations

# fmt: off - two lines a code: Chinese, English
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
        "'{text}' is read as different numbers by different programs; write a plain whole number or decimal, or put text in quotes.",
    ),
    "Y18": (
        "“{text}”会被有些软件读成数字。是文字就加英文双引号；时长请写成 90 min 这样。",
        "'{text}' is read as a number by some programs; put text in quotes, or write a duration such as 90 min.",
    ),
    "Y19": (
        "这里应为文字，“{text}”看起来是日期。请加英文双引号。",
        "text is meant here and '{text}' looks like a date; put it in quotes.",
    ),
    "Y20": (
        "层级太深，最多 {most} 层。请检查括号与缩进。",
        "too deep, at most {most} levels; check brackets and indents.",
    ),
    "Y21": (
        "一个文件只能有一份规则，这里又开始了一份（---）。请分成两个文件。",
        "a second document starts here (---); one file holds one set of rules.",
    ),
    "Y22": (
        "键只能是一个词，不能是列表或块。请检查冒号与括号。",
        "a key is one word, never a list or block; check colons and brackets.",
    ),
    "Y23": (
        "规则文件里不能用 % 开头的指令。请删去这一行。",
        "directives (%) are not used here; remove the line.",
    ),
    "Y24": (
        "这段文字没有引号却延续到第 {next} 行。请检查第 {next} 行的缩进和冒号，或给整段文字加英文双引号。",
        "text without quotes runs on into line {next}; check the indent and colon of line {next}, or quote the text.",
    ),
    "Y25": (
        "键“{text}”不是文字。请改用英文字母开头的名字。",
        "the key '{text}' is not text; use a name that starts with a letter.",
    ),
    "Y26": (
        "文件最外层应为“键: 值”的块，现在是空的或是列表。请对照示例文件。",
        "the file should be a block of 'key: value' lines; it is empty or a list.",
    ),
    "Y27": (
        "这里的引号没有结束。请补上英文引号。",
        "the quote that starts here does not end; close it with an ASCII quote.",
    ),
    "Y28": (
        "这里的括号没有正确结束，或里面少了英文逗号。请检查这一处的括号与逗号。",
        "the bracket that starts here does not end properly, or a comma is missing inside.",
    ),
    "Y29": (
        "缩进不对，或这里多出了内容。请与同级的行对齐，每级两个空格。",
        "wrong indent or stray content; align it with the lines of its level, two spaces each.",
    ),
    "Y30": (
        "这一行少了英文冒号加空格“: ”。请补上。",
        "this line lacks ': '; add it.",
    ),
    "Y31": (
        "这里不该出现冒号。请检查本行与上一行的缩进；文字里有“: ”就加英文双引号。",
        "a colon does not fit here; check the indent of this line and the one before, or quote text that holds ': '.",
    ),
    "Y32": (
        "这个符号不能用在开头。是文字就加英文双引号。",
        "this mark cannot start a value; put text in quotes.",
    ),
    "Y33": (
        "写法有误，读不下去：{problem}。请检查本行与上一行。",
        "cannot be read: {problem}; check this line and the one before.",
    ),
}
_SHAPE = {
    "S01": ("这里没有“{key}”这一项。是不是 {meant}？", "there is no key '{key}' here; did you mean {meant}?"),
    "S02": (
        "这里没有“{key}”这一项。可以写的有：{known}。",
        "there is no key '{key}' here; one may write: {known}.",
    ),
    "S03": ("“{block}”里缺少 {key}。请补上。", "'{block}' lacks {key}; add it."),
    "S04": ("“{name_of}”应为{kind}，现在是 {value}。", "'{name_of}' should be {kind}; it is {value}."),
    "S05": (
        "“{name_of}”的值 {value} 不在可选范围：{known}。是不是 {meant}？",
        "'{name_of}': {value} is not one of {known}; did you mean {meant}?",
    ),
    "S06": ("“{name_of}”的值 {value} 不在可选范围：{known}。", "'{name_of}': {value} is not one of {known}."),
    "S07": ("“{name_of}”写法不对：{value}。应为{form}。", "'{name_of}' does not fit: {value}; write {form}."),
    "S08": (
        "“{name_of}”的值 {value} 超出范围，应{sign} {limit}。",
        "'{name_of}': {value} is out of range; write {sign} {limit}.",
    ),
    "S09": (
        "“{name_of}”的 {value} 合不成整分钟。请改用整分钟。",
        "'{name_of}': {value} is not a whole number of minutes; write whole minutes.",
    ),
    "S10": (
        "“{name_of}”不能是空的。请写上内容，或删去这一项。",
        "'{name_of}' is empty; write something or remove the key.",
    ),
    "S11": ("{value} 在同一个列表里写了两次。请删去一个。", "{value} stands twice in one list; remove one."),
    "S12": (
        "没有名为“{name}”的插件规则。可以写的有：{known}。请核对插件名，或先安装插件。",
        "no plugin has rules under '{name}'; one may write: {known}. Check the name, or install the plugin.",
    ),
    "S13": (
        "“{name_of}”的 {value} 不是存在的日期。请核对年月日。",
        "'{name_of}': there is no day {value}; check it.",
    ),
    "S14": ("写了 {key} 就必须写 {companion}。请补上。", "with {key}, {companion} must be written; add it."),
    "S15": ("“{key}”不能用作名字。请写{form}。", "'{key}' cannot be a name; write {form}."),
    "S16": ("文件缺少 {key} 这一块。请补上。", "the file lacks the block {key}; add it."),
    "S17": ("“{name_of}”只能写 {only}，现在是 {value}。", "'{name_of}' can only be {only}; it is {value}."),
    "S99": (
        "“{name_of}”的值 {value} 不符合插件的要求（{keyword}: {limit}）。请看插件说明。",
        "'{name_of}': {value} is not what the plugin asks for ({keyword}: {limit}); see the plugin's README.",
    ),
}
_MEANING = {
    "R01": (
        "“{block}”没有写依据。请加 source（文件与条款）；确无依据，请写 assumed（理由）。",
        "'{block}' has no basis; add source (document and article), or assumed (why).",
    ),
    "R02": (
        "“{block}”同时写了 source 和 assumed。有依据就删去 assumed，没有就删去 source。",
        "'{block}' has both source and assumed; keep one.",
    ),
    "R03": (
        "依据里的文件代号“{name}”没有在 sources 中列出。已列出的有：{known}。",
        "the basis names the document '{name}', which sources does not list; it lists {known}.",
    ),
    "R04": ("没有“{name}”这个{kind}。是不是 {meant}？", "there is no {kind} '{name}'; did you mean {meant}?"),
    "R05": (
        "没有“{name}”这个{kind}。可以写的有：{known}；或先在 {block} 中写明。",
        "there is no {kind} '{name}'; one may write {known}, or declare it under {block}.",
    ),
    "R06": (
        "没有“{name}”这个{kind}。请先在 {block} 中写明。",
        "there is no {kind} '{name}'; declare it under {block}.",
    ),
    "R07": (
        "层级“{name}”没有写上一级 under，而最高一级已经是“{first}”。请写上 under。",
        "the level '{name}' has no under, and the top is '{first}' already; write under.",
    ),
    "R08": (
        "层级的上下级绕成了圈：{circle}。请改正 under。",
        "the levels form a circle: {circle}; mend under.",
    ),
    "R09": ("“{name}”必须大于零。请写上时长。", "'{name}' must be above zero; write a duration."),
    "R10": (
        "basis 已是 planned，at_most 就不能再写 planned。请删去 at_most，或把 basis 改成 measured。",
        "at_most: planned needs basis: measured; remove at_most or change basis.",
    ),
    "R11": (
        "文件写的城市是“{name}”，但它放在“{folder}”文件夹里。请改成同名。",
        "the file says city '{name}' but lies in the folder '{folder}'; make them agree.",
    ),
    "R12": (
        "施行日期 {start} 与文件名 {name} 不一致。请改成相同的日期。",
        "effective.from is {start} but the file is named {name}; make them agree.",
    ),
    "R13": (
        "特征“{name}”必须有且只有一种判断办法，现在有：{ways}。可以写的有：{known}。",
        "the trait '{name}' needs exactly one way to judge it; it has: {ways}. One may write {known}.",
    ),
    "R14": (
        "最长 {most} 短于最短 {least}。请核对。",
        "most ({most}) is shorter than least ({least}); check them.",
    ),
    "R15": ("年龄上限 {most} 小于下限 {least}。请核对。", "to ({most}) is below from ({least}); check them."),
    "R16": (
        "写了 {because}，就必须写 {key}。请补上。",
        "because of {because}, {key} must be written; add it.",
    ),
    "R18": (
        "余额上限不分日、月、年。请删去 per，或把 on 改成 credit。",
        "a cap on the balance has no period; remove per, or write on: credit.",
    ),
    "R20": (
        "没有“{name}”这个时区。国内请写 Asia/Shanghai。",
        "there is no time zone '{name}'; in China write Asia/Shanghai.",
    ),
    "R23": (
        "orders 里没有写谁可以提出订单。请写 request 或 project，至少一项。",
        "orders says nobody may place one; write request or project, or both.",
    ),
    "R24": (
        "没有哪个层级有 {power} 权限，这一步就无人能办。请在 levels 中给某一级加上。",
        "no level has the power {power}, so nobody can do this step; give it to a level.",
    ),
    "R25": (
        "层级“{level}”没有 {power} 权限，不能办这一步。请在 levels.{level}.may 中加上。",
        "the level '{level}' lacks the power {power}; add it to levels.{level}.may.",
    ),
    "R26": (
        "一次性的赠时没有期末。请删去 expires，或改 every。",
        "a grant made once has no period; remove expires or change every.",
    ),
    "R27": (
        "荣誉“{name}”的时长不多于前面的“{before}”。请从低到高书写。",
        "the honour '{name}' does not ask for more than '{before}' before it; write them from low to high.",
    ),
    "R28": (
        "orders 里没有 {origin} 这种订单。请先写 orders.{origin}。",
        "orders has no {origin}; write orders.{origin} first.",
    ),
    "R29": (
        "复核日期 {review} 早于施行日期 {start}。请核对。",
        "review_by {review} is before {start}, when the rules begin; check it.",
    ),
    "R33": (
        "依据里的文件代号“{name}”没有在 sources 中列出。是不是 {meant}？",
        "the basis names the document '{name}', which sources does not list; did you mean {meant}?",
    ),
}
_PLUGIN = {
    "P01": ("{said}", "{said}"),
}
_VERSIONS = {
    "V01": (
        "生效日期与 {other} 相同。更正请用 <日期>.c1.yaml。",
        "same effective date as {other}; mend a file by <date>.c1.yaml.",
    ),
    "V02": (
        "replaces 写的是 {name}，前一版是 {before}。请改正。",
        "replaces says {name}, but the version before is {before}; mend it.",
    ),
    "V03": (
        "前面已有 {before} 版。请写 replaces: {before} 和 transition（衔接办法）。",
        "there is a version {before} before; write replaces: {before} and transition.",
    ),
    "V04": (
        "{before} 里的服务“{service}”本版没有了。请在 transition.dropped_services 中写明它的订单怎么办。",
        "{before} has the service '{service}' and this file drops it; say under transition.dropped_services what becomes of its orders.",
    ),
    "V05": (
        "没有 {name}.yaml 这个文件可以更正。请核对 corrects。",
        "there is no file {name}.yaml to mend; check corrects.",
    ),
    "V06": (
        "文件名带 {number}，是更正，但没有写 corrects。请写 corrects、known_from 和 reason。",
        "the name ends in {number}, so it mends a file; write corrects, known_from and reason.",
    ),
    "V07": (
        "服务“{service}”没有被取消：{before} 里没有它，或本版还有它。请删去这一项。",
        "the service '{service}' is not dropped: {before} lacks it, or this file still has it; remove the entry.",
    ),
    "V08": (
        "这个文件夹里没有规则文件。请放入以生效日期命名的文件，如 2026-01-01.yaml。",
        "no rule file in this folder; add one named by its effective date, such as 2026-01-01.yaml.",
    ),
    "V09": (
        "{name} 之前没有规则文件，本版是第一版。请删去 replaces 和 transition。",
        "this is the first version, nothing to replace ({name}); remove replaces and transition.",
    ),
    "V10": (
        "{name} 自 {start} 起施行，更正的 effective.from 必须相同。请改正。",
        "{name} holds from {start}, and effective.from of its correction must be the same day; mend it.",
    ),
    "V11": (
        "known_from 早于所更正的 {name}。请核对日期。",
        "known_from is before that of {name}, which it mends; check it.",
    ),
    "V12": (
        "写了 corrects，但文件名不是更正的写法。请改名为 {name}.c1.yaml 这样。",
        "corrects is written, but the file is not named as a correction; name it {name}.c1.yaml or the like.",
    ),
}
# fmt: on

MESSAGES: dict[str, tuple[str, str]] = {**_TYPING, **_SHAPE, **_MEANING, **_PLUGIN, **_VERSIONS}
