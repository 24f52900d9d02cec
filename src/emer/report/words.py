"""The words of the reports in each language, and the names of the FACS action units."""

from __future__ import annotations

from dataclasses import dataclass

from emer.explanation import Language


@dataclass(frozen=True)
class Words:
    """Every fixed string a report shows; `{...}` parts are filled in by the renderers."""

    lang: str
    comma: str
    colon: str
    title: str
    appears: str
    nothing: str
    valence: str
    arousal: str
    unpleasant: str
    pleasant: str
    calm: str
    activated: str
    overall: str
    timeline: str
    emotions: str
    words: str
    explanation: str
    cues: str
    cue: str
    when: str
    who: str
    observed: str
    measured: str
    confidence: str
    compared: str
    source: str
    modality: str
    visual: str
    auditory: str
    textual: str
    voice: str
    text: str
    show: str
    agreement: str
    disagreement: str
    agree: str
    partly: str
    disagree: str
    reliability: str
    people: str
    visible: str
    speaks: str
    subtitle: str
    given: str
    file: str
    recognised: str
    none: str
    provenance: str
    version: str
    explainer: str
    assets: str
    asset: str
    licence: str
    seconds: str
    clip: str
    notes: str
    disclaimer: str
    use: str
    pitch: str
    loudness: str
    units: str
    more_units: str
    theme: str
    skip: str
    player: str
    position: str
    now: str
    selected: str
    keys: str
    key_space: str
    key_play: str
    key_seek: str
    key_cue: str
    claims: str
    claims_about: str
    claim: str
    stated: str
    beside: str
    status: str
    supported: str
    contradicted: str
    unchecked: str
    emotional: str
    linked: str
    unplayable: str
    open_clip: str

    def of(self, name: str) -> str:
        """Return the word under a name that data brings along, such as a modality.

        Raises:
            AttributeError: No such word.
        """
        return str(getattr(self, name))


EN = Words(
    lang="en",
    comma=", ",
    colon=": ",
    title="What the clip appears to express",
    appears="Appears expressed",
    nothing="Nothing stands out: no emotion appears clearly expressed.",
    valence="Valence",
    arousal="Arousal",
    unpleasant="unpleasant",
    pleasant="pleasant",
    calm="calm",
    activated="activated",
    overall="overall",
    timeline="Time line",
    emotions="Emotions",
    words="Words",
    explanation="Explanation",
    cues="Cues",
    cue="Cue",
    when="When",
    who="Who",
    observed="What was observed",
    measured="What was measured",
    confidence="Confidence",
    compared="against {}",
    source="Source",
    modality="Modality",
    visual="Visual",
    auditory="Auditory",
    textual="Textual",
    voice="Voice",
    text="Text",
    show="Show",
    agreement="Do face, voice and words agree?",
    disagreement="Disagreement",
    agree="What was measured broadly agrees.",
    partly="The modalities disagree in part; their own readings are below.",
    disagree="The modalities disagree clearly: read the overall label with care.",
    reliability="Reliability",
    people="People",
    visible="face usable in {} of frames",
    speaks="mouth moves with speech {}",
    subtitle="What is said",
    given="words given by the caller",
    file="words from a subtitle file",
    recognised="words recognised from the sound",
    none="no words",
    provenance="How this came about",
    version="Version",
    explainer="Explainer",
    assets="Model files",
    asset="File",
    licence="Licence",
    seconds="Seconds spent",
    clip="Clip",
    notes="Notes",
    disclaimer="These labels say what appears expressed in face, voice and words. They are not a "
    "reading of minds: what somebody feels, thinks or intends may be different.",
    use="Intended for research, study and accessibility. Not for decisions about people (hiring, "
    "schooling, policing, credit, insurance, health), nor for watching people without consent.",
    pitch="Pitch",
    loudness="Loudness",
    units="Action units",
    more_units="More action units ({})",
    theme="Light or dark",
    skip="Skip to the cues",
    player="The clip",
    position="Position in the clip",
    now="At this moment",
    selected="Selected cue",
    keys="Keys",
    key_space="space",
    key_play="play or pause",
    key_seek="one second back, forward",
    key_cue="next, previous cue",
    claims="What the model said, checked",
    claims_about="A model wrote these statements. Beside them stands what was measured; "
    "“not confirmed” means that no measurement speaks for or against a statement.",
    claim="Claim",
    stated="What the model said",
    beside="What was measured",
    status="Status",
    supported="confirmed",
    contradicted="contradicted",
    unchecked="not confirmed",
    emotional="Inferred",
    linked="The clip is not inside this page; keep {} beside it.",
    unplayable="This browser cannot play the clip. The time line and the cues still work.",
    open_clip="Open {}",
)

ZH = Words(
    lang="zh-Hans",
    comma="、",
    colon="：",
    title="片段看起来表达了什么",
    appears="看起来表达的情绪",
    nothing="没有明显的迹象：看不出清楚表达的情绪。",
    valence="效价",
    arousal="唤醒度",
    unpleasant="不愉快",
    pleasant="愉快",
    calm="平静",
    activated="激动",
    overall="总体",
    timeline="时间线",
    emotions="情绪",
    words="话语",
    explanation="解释",
    cues="线索",
    cue="线索",
    when="时间",
    who="人物",
    observed="观察到的现象",
    measured="测量结果",
    confidence="置信度",
    compared="对照 {}",
    source="来源",
    modality="模态",
    visual="视觉",
    auditory="听觉",
    textual="文本",
    voice="声音",
    text="文本",
    show="显示",
    agreement="表情、声音和话语是否一致？",
    disagreement="分歧程度",
    agree="各模态的测量大体一致。",
    partly="各模态部分不一致，下面列出各自的判断。",
    disagree="各模态明显不一致：请谨慎看待总体标签。",
    reliability="可靠性",
    people="人物",
    visible="{} 的画面中面部可用",
    speaks="口型与语音的吻合度 {}",
    subtitle="说了什么",
    given="文字由调用者提供",
    file="文字来自字幕文件",
    recognised="文字由语音识别得到",
    none="没有文字",
    provenance="结果从何而来",
    version="版本",
    explainer="解释器",
    assets="模型文件",
    asset="文件",
    licence="许可证",
    seconds="用时（秒）",
    clip="片段",
    notes="说明",
    disclaimer="标签只说明表情、声音和话语看起来表达了什么，并不是读心：一个人真正的感受、想法或意图可能不同。",
    use="供研究、学习和无障碍用途。不得用于对人作决定（招聘、教育、执法、信贷、保险、医疗），"
    "也不得用于未经同意的监视。",
    pitch="音高",
    loudness="响度",
    units="面部动作单元",
    more_units="其他动作单元（{} 个）",
    theme="浅色或深色",
    skip="跳到线索",
    player="片段",
    position="片段中的位置",
    now="此刻",
    selected="选中的线索",
    keys="按键",
    key_space="空格",
    key_play="播放或暂停",
    key_seek="后退、前进一秒",
    key_cue="下一条、上一条线索",
    claims="模型的说法及核对",
    claims_about="以下说法出自模型，旁边是测量结果；“未经证实”表示没有测量支持或反对该说法。",
    claim="说法",
    stated="模型的说法",
    beside="测量结果",
    status="核对",
    supported="得到证实",
    contradicted="与测量不符",
    unchecked="未经证实",
    emotional="推断",
    linked="片段不在本页内，请把 {} 与本页放在一起。",
    unplayable="此浏览器无法播放该片段，时间线和线索仍可使用。",
    open_clip="打开 {}",
)

# English names after Ekman, Friesen and Hager, Facial Action Coding System (2002).
ACTION_UNITS: dict[str, tuple[str, str]] = {
    "AU1": ("inner brow raiser", "眉内侧上扬"),
    "AU2": ("outer brow raiser", "眉外侧上扬"),
    "AU4": ("brow lowerer", "皱眉"),
    "AU5": ("upper lid raiser", "上眼睑上提"),
    "AU6": ("cheek raiser", "脸颊上提"),
    "AU7": ("lid tightener", "眼睑收紧"),
    "AU9": ("nose wrinkler", "皱鼻"),
    "AU10": ("upper lip raiser", "上唇上提"),
    "AU11": ("nasolabial deepener", "鼻唇沟加深"),
    "AU12": ("lip corner puller", "嘴角上扬"),
    "AU13": ("sharp lip puller", "嘴角尖锐上提"),
    "AU14": ("dimpler", "嘴角收紧"),
    "AU15": ("lip corner depressor", "嘴角下拉"),
    "AU16": ("lower lip depressor", "下唇下拉"),
    "AU17": ("chin raiser", "下巴上推"),
    "AU18": ("lip pucker", "撅嘴"),
    "AU20": ("lip stretcher", "嘴唇横拉"),
    "AU22": ("lip funneler", "嘴唇外翻"),
    "AU23": ("lip tightener", "嘴唇收紧"),
    "AU24": ("lip pressor", "嘴唇压紧"),
    "AU25": ("lips part", "双唇分开"),
    "AU26": ("jaw drop", "下颌下垂"),
    "AU27": ("mouth stretch", "嘴大张"),
    "AU28": ("lip suck", "抿唇"),
    "AU43": ("eyes closed", "闭眼"),
    "AU45": ("blink", "眨眼"),
}


def words(language: Language) -> Words:
    """Return the words of a language."""
    return ZH if language == "zh" else EN


def curve_name(name: str, language: Language) -> str:
    """Return what a curve is called: the muscle action of an AU, else its own name."""
    # "AU04" and "AU4" are the same unit, and "AU12_L" its left side.
    unit = ACTION_UNITS.get(name.removesuffix("_L").removesuffix("_R").replace("AU0", "AU"))
    if unit:
        return unit[1 if language == "zh" else 0]
    known = {"pitch", "loudness", "valence", "arousal"}
    return words(language).of(name) if name in known else name
