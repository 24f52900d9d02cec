"""The panels around the time line: the verdict, agreement, words, people, provenance."""

from __future__ import annotations

from emer.explanation import Emotion, Explanation, ModalityReading, Person
from emer.report.page.cues import chips, linked
from emer.report.page.drawing import bar, gauge
from emer.report.page.markup import Html, joined, tag
from emer.report.page.plane import plane
from emer.report.plain import between, number, share, signed
from emer.report.summary import agreement, how_heard
from emer.report.words import Words


def card(title: str, *body: str, class_: str = "") -> Html:
    """Return a section with a heading."""
    return tag("section", tag("h2", title), *body, class_=f"card {class_}".strip())


def verdict(explanation: Explanation, said: Words) -> Html:
    """Return the emotions with their bars, valence and arousal."""
    emotions: Html
    if explanation.emotions:
        rows = (_emotion(one, explanation, said) for one in explanation.emotions)
        emotions = tag("ol", *rows, class_="emotions")
    else:
        emotions = tag("p", said.nothing, class_="nothing")
    affect = tag(
        "div",
        _gauge(said.valence, said.unpleasant, said.pleasant, explanation.valence),
        _gauge(said.arousal, said.calm, said.activated, explanation.arousal),
        class_="affects",
    )
    return card(said.appears, emotions, affect, class_="verdict")


def _emotion(one: Emotion, explanation: Explanation, said: Words) -> Html:
    return tag(
        "li",
        tag("span", one.label, class_="felt"),
        bar(one.confidence, said.confidence),
        tag("span", f"{one.confidence:.2f}", class_="value"),
        chips(one.cues, explanation),
    )


def _gauge(name: str, low: str, high: str, value: float) -> Html:
    return tag(
        "div",
        tag("span", name, class_="name"),
        tag("b", signed(value), class_="value"),
        tag("span", low, class_="low"),
        gauge(value, f"{name} {signed(value)}"),
        tag("span", high, class_="high"),
        class_="affect-row",
    )


def explained(explanation: Explanation, said: Words) -> Html:
    """Return the explanation with its cues as links."""
    if not explanation.explanation.strip():
        return Html()
    return card(said.explanation, linked(explanation.explanation, explanation), class_="prose")


def conflict(explanation: Explanation, said: Words) -> Html:
    """Return what each modality says on its own and how far they agree."""
    found = explanation.conflict
    if not found.readings:
        return Html()
    score = tag(
        "p",
        agreement(found, said),
        " ",
        tag("span", said.disagreement, class_="name"),
        bar(found.score, said.disagreement, "conflict"),
        tag("b", f"{found.score:.2f}"),
        class_="agreement",
    )
    readings = tag("div", *(_reading(one, explanation, said) for one in found.readings))
    both = tag("div", plane(explanation, said), readings, class_="readings")
    return card(said.agreement, score, both)


def _reading(one: ModalityReading, explanation: Explanation, said: Words) -> Html:
    rows = tag("ol", *(_emotion(e, explanation, said) for e in one.emotions), class_="emotions")
    affect = f"{said.valence} {signed(one.valence)} · {said.arousal} {signed(one.arousal)}"
    return tag(
        "article",
        tag("h3", tag("span", said.of(one.modality), class_=f"dot {one.modality}")),
        tag("p", f"{affect} · {said.reliability} {one.reliability:.2f}", class_="small"),
        rows if one.emotions else tag("p", "–"),
        class_=f"reading {one.modality}",
    )


def subtitle(explanation: Explanation, said: Words) -> Html:
    """Return what is said."""
    found = explanation.subtitle
    if not found.text.strip():
        return Html()
    return card(
        said.subtitle,
        tag("blockquote", found.text, lang=found.language),
        tag("p", how_heard(found, said), class_="small"),
    )


def people(explanation: Explanation, said: Words) -> Html:
    """Return who is seen or heard, without saying who it is."""
    if not explanation.people:
        return Html()
    return card(said.people, tag("ul", *(_person(p, said) for p in explanation.people)))


def _person(person: Person, said: Words) -> Html:
    facts = [between(person.start, person.end), said.visible.format(share(person.visible_share))]
    if person.speaks is not None:
        facts.append(said.speaks.format(f"{person.speaks:.2f}"))
    return tag("li", tag("b", person.id), f" {said.comma.join(facts)}")


def notes(explanation: Explanation, said: Words) -> Html:
    """Return what could not be done."""
    found = explanation.provenance.notes
    return card(said.notes, tag("ul", *(tag("li", n) for n in found))) if found else Html()


def provenance(explanation: Explanation, said: Words) -> Html:
    """Return how the result came about."""
    origin = explanation.provenance
    facts = {
        said.version: joined(f"emer {origin.version}"),
        said.explainer: joined(origin.explainer),
        said.clip: joined(tag("span", explanation.clip.name), " ", _hash(explanation.clip.sha256)),
    }
    if origin.seconds:
        spent = said.comma.join(f"{stage} {number(s)}" for stage, s in origin.seconds.items())
        facts[said.seconds] = joined(spent)
    if origin.assets:
        facts[said.assets] = tag(
            "ul", *(tag("li", f"{a.name} ({a.licence}) ", _hash(a.sha256)) for a in origin.assets)
        )
    rows = (tag("dt", name) + tag("dd", body) for name, body in facts.items())
    return card(said.provenance, tag("dl", *(Html(row) for row in rows)), class_="provenance")


def _hash(sha256: str) -> Html:
    return tag("code", sha256[:12], title=f"SHA-256 {sha256}", class_="hash")
