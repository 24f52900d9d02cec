"""What the text cues say, in English and Chinese. `{said}` is the quotation."""

from __future__ import annotations

from emer.explanation import Language

STATEMENTS: dict[str, dict[Language, str]] = {
    "says_given": {
        "en": "The subtitle reads {said}.",
        "zh": "字幕是{said}。",
    },
    "says_recognised": {
        "en": "The words heard are {said}.",
        "zh": "听到的话是{said}。",
    },
    "speech_not_understood": {
        "en": "The speech could not be made out with certainty; it may have been {said}.",
        "zh": "这段话没有听清，可能是{said}。",
    },
    "question": {
        "en": "The words ask a question: {said}.",
        "zh": "这里提出了一个问题：{said}。",
    },
    "exclamation": {
        "en": "The words are an exclamation: {said}.",
        "zh": "这句话以感叹的形式写出：{said}。",
    },
    "negation": {
        "en": "The words deny or refuse something with {said}.",
        "zh": "用{said}表示了否定。",
    },
    "intensifier": {
        "en": "The wording is strengthened with {said}.",
        "zh": "用{said}加强了语气。",
    },
    "repetition": {
        "en": "Some words are repeated: {said}.",
        "zh": "话语出现重复：{said}。",
    },
    "trailing_off": {
        "en": "The sentence is left unfinished: {said}.",
        "zh": "话没有说完：{said}。",
    },
    "thanks": {
        "en": "The words give thanks: {said}.",
        "zh": "话里表达了感谢：{said}。",
    },
    "apology": {
        "en": "The words apologise: {said}.",
        "zh": "话里表达了歉意：{said}。",
    },
    "farewell": {
        "en": "The words say farewell: {said}.",
        "zh": "话里在道别：{said}。",
    },
    "refusal": {
        "en": "The words voice a refusal: {said}.",
        "zh": "话里表示拒绝：{said}。",
    },
    "words_to_program": {
        "en": "{said} speaks to a program, not to a person, so no emotion is read from it.",
        "zh": "{said}是对程序说的，不是对人说的，因此不从中判断情绪。",
    },
    "doubting": {
        "en": "The words voice doubt: {said}.",
        "zh": "话里表示怀疑：{said}。",
    },
    "disbelief": {
        "en": "The words voice disbelief or astonishment: {said}.",
        "zh": "话里表示不相信或惊讶：{said}。",
    },
    "insult": {
        "en": "The words are abusive: {said}.",
        "zh": "话里有骂人的词：{said}。",
    },
    "plea": {
        "en": "The words plead: {said}.",
        "zh": "话里在恳求：{said}。",
    },
    "accusation": {
        "en": "The words accuse or protest: {said}.",
        "zh": "话里带着指责或抗议：{said}。",
    },
    "comfort": {
        "en": "The words reassure: {said}.",
        "zh": "话里在安慰对方：{said}。",
    },
    "cheer": {
        "en": "The words cheer: {said}.",
        "zh": "话里在叫好：{said}。",
    },
    "dismay": {
        "en": "The words voice dismay: {said}.",
        "zh": "话里流露出懊恼或慌张：{said}。",
    },
    "laughter_words": {
        "en": "The words spell out laughter: {said}.",
        "zh": "话里写出了笑声：{said}。",
    },
    "politeness": {
        "en": "The wording is polite: {said}.",
        "zh": "措辞有礼貌：{said}。",
    },
    "emotion_word": {
        "en": "The words {said} name {label}.",
        "zh": "话里的{said}直接说到了{label}。",
    },
    "text": {
        "en": "The words {said} suggest {label} ({share}, where {usual} is usual).",
        "zh": "{said}这句话的措辞像是在表达{label}（{share}，通常为{usual}）。",
    },
    "text_neutral": {
        "en": "The words {said} suggest no particular emotion ({share}).",
        "zh": "{said}这句话的措辞不带明显的情绪（{share}）。",
    },
}

# Chinese names of the GoEmotions labels and of the labels that single words can name.
LABELS_ZH = {
    "admiration": "赞赏",
    "amusement": "觉得好笑",
    "anger": "愤怒",
    "annoyance": "恼火",
    "approval": "赞同",
    "boredom": "无聊",
    "calm": "平静",
    "caring": "关心",
    "confusion": "困惑",
    "contempt": "轻蔑",
    "curiosity": "好奇",
    "desire": "渴望",
    "despair": "绝望",
    "disappointment": "失望",
    "disapproval": "不赞同",
    "disgust": "厌恶",
    "displeasure": "不快",
    "embarrassment": "尴尬",
    "excitement": "兴奋",
    "fear": "恐惧",
    "gratitude": "感激",
    "grief": "悲恸",
    "hurt": "委屈",
    "jealousy": "嫉妒",
    "joy": "喜悦",
    "loneliness": "孤独",
    "love": "爱意",
    "nervousness": "紧张",
    "optimism": "乐观",
    "pride": "自豪",
    "realization": "恍然",
    "relief": "宽慰",
    "remorse": "懊悔",
    "sadness": "悲伤",
    "surprise": "惊讶",
    "tiredness": "疲惫",
    "touched": "感动",
}
# Labels whose English name is not a noun that fits "name ..." as it stands.
LABELS_EN = {"touched": "being touched", "hurt": "feeling hurt"}


def label_name(label: str, language: Language) -> str:
    """Return the name of an emotion label as it stands in a statement.

    Raises:
        KeyError: The label has no Chinese name here.
    """
    return LABELS_ZH[label] if language == "zh" else LABELS_EN.get(label, label)


def percent(value: float, language: Language) -> str:
    """Return a share as a percentage: "62 %" in English, "62%" in Chinese."""
    digits = f"{100 * value:.0f}" if value >= 0.01 else f"{100 * value:.1f}"
    return f"{digits}%" if language == "zh" else f"{digits} %"
