"""Names for people and places of synthetic cities. Nobody real is meant."""

SURNAMES = tuple(
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董潘袁蔡蒋余杜叶程苏魏吕丁任沈姚卢姜崔"
)
GIVEN_1 = tuple("建国华英玉秀桂兰淑芳志明德福永春海文家少云红丽晓雪子雨思佳嘉浩宇泽")
GIVEN_2 = tuple("国华英珍兰芳梅荣明军平强生龙凤琴霞娟敏静杰涛鹏宁欣怡涵轩琪妍然辰")
STREET_WORDS = tuple("安平新兴和永东西南北中长清石玉龙凤桃杏柳松竹梅云月星湖江山泉桥")
COMMUNITY_WORDS = tuple("春华秋实锦绣金银翠碧文德仁义礼智信福禄寿康宁吉祥如意光明晨阳")

# What stands right below the top of the cities that are made at published size; any other city gets made-up ones.
DISTRICTS = {
    "guangzhou": {
        "yuexiu": "越秀区",
        "liwan": "荔湾区",
        "haizhu": "海珠区",
        "tianhe": "天河区",
        "baiyun": "白云区",
        "huangpu": "黄埔区",
        "panyu": "番禺区",
        "huadu": "花都区",
        "nansha": "南沙区",
        "conghua": "从化区",
        "zengcheng": "增城区",
    },
    "nanjing": {
        "xuanwu": "玄武区",
        "qinhuai": "秦淮区",
        "jianye": "建邺区",
        "gulou": "鼓楼区",
        "qixia": "栖霞区",
        "yuhuatai": "雨花台区",
        "jiangning": "江宁区",
        "pukou": "浦口区",
        "liuhe": "六合区",
        "lishui": "溧水区",
        "gaochun": "高淳区",
        "jiangbei": "江北新区",
    },
    "shanghai_yangpu": {
        "dinghai": "定海路街道分行",
        "daqiao": "大桥街道分行",
        "pingliang": "平凉路街道分行",
        "jiangpu": "江浦路街道分行",
        "kongjiang": "控江路街道分行",
        "yanji": "延吉新村街道分行",
        "changbai": "长白新村街道分行",
        "siping": "四平路街道分行",
        "wujiaochang": "五角场街道分行",
        "yinhang": "殷行街道分行",
        "changhai": "长海路街道分行",
        "xinjiangwan": "新江湾城街道分行",
    },
}
MADE_UP_DISTRICTS = 12


def districts_of(city):
    """Give the districts of a city, made up where it is not known."""
    made_up = {f"d{number:02d}": f"第{number}区" for number in range(1, MADE_UP_DISTRICTS + 1)}
    return DISTRICTS.get(city, made_up)


def person(random):
    """Make up a name of two or three characters."""
    given = random.choice(GIVEN_1) + (random.choice(GIVEN_2) if random.random() < 0.8 else "")
    return random.choice(SURNAMES) + given


def place(random, words, ending):
    """Make up the name of a street or a community."""
    return random.choice(words) + random.choice(words) + ending
