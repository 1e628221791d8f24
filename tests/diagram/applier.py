"""What the browser does with a state, as docs/diagram.md tells it, on a parsed SVG."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, SubElement, fromstring

SVG = "{http://www.w3.org/2000/svg}"
TOKEN = {"wide": "9", "compact": "8"}


def parse(text: str) -> Element:
    return fromstring(text)


def same(one: Element, other: Element) -> bool:
    """Whether two documents are alike: tags, attributes in any order, texts, children in order."""
    return (
        one.tag == other.tag
        and one.attrib == other.attrib
        and (one.text or "") == (other.text or "")
        and (one.tail or "") == (other.tail or "")
        and len(one) == len(other)
        and all(same(a, b) for a, b in zip(one, other, strict=True))
    )


def apply(root: Element, state: dict[str, Any]) -> None:
    """Sets everything that a state says, and nothing else."""
    assert root.get("data-sheet") == state["sheet"], "a state of another drawing"
    root.set("class", state["root"])
    root.set("aria-label", state["label"])
    for key in ("zones", "parts", "links", "units"):
        found = _by_id(root, f"data-{key[:-1]}")
        for name, classes in state[key].items():
            found[name].set("class", classes)
    links = _by_id(root, "data-link")
    for name, path in state["paths"].items():
        links[name].set("d", path)
    texts = _by_id(root, "data-text")
    for name, (classes, words) in state["texts"].items():
        texts[name].set("class", classes)
        texts[name].text = words
    layers = _by_id(root, "data-layer")
    for layer in layers.values():
        for child in list(layer):
            layer.remove(child)
    for badge in state["badges"]:
        _badge(layers["badges"], badge)
    for travel in state["travel"]:
        _travel(layers["travel"], travel, TOKEN[root.attrib["data-drawing"]])


def _by_id(root: Element, attribute: str) -> dict[str, Element]:
    found: dict[str, Element] = {}
    for element in root.iter():
        name = element.get(attribute)
        if name is not None:
            assert name not in found, f"{attribute}={name} is there twice"
            found[name] = element
    return found


def number(value: float) -> str:
    """As JavaScript does it: `String(Math.round(value * 10) / 10)`."""
    whole = round(value * 10) / 10
    return str(int(whole)) if whole == int(whole) else str(whole)


def _badge(layer: Element, item: dict[str, Any]) -> None:
    place = f"translate({number(item['x'])} {number(item['y'])})"
    group = SubElement(layer, f"{SVG}g", {"class": item["class"], "transform": place})
    SubElement(group, f"{SVG}circle", {"r": number(item["r"])})
    SubElement(group, f"{SVG}path", {"d": item["d"]})
    if item["text"]:
        SubElement(group, f"{SVG}text", {"x": number(item["r"] + 5), "y": "4"}).text = item["text"]


def _travel(layer: Element, item: dict[str, Any], token: str) -> None:
    group = SubElement(layer, f"{SVG}g", {"data-travel": item["path"], "class": item["class"]})
    SubElement(group, f"{SVG}path", {"class": "track", "d": item["d"]})
    dashes = f"{number(item['fraction'])} 300"
    trail = {"class": "trail", "d": item["d"], "pathLength": "100", "stroke-dasharray": dashes}
    SubElement(group, f"{SVG}path", trail)
    x, y = (number(value) for value in item["rest"])
    SubElement(group, f"{SVG}circle", {"class": "token", "cx": x, "cy": y, "r": token})
    SubElement(group, f"{SVG}circle", {"class": "token-core", "cx": x, "cy": y, "r": "2.7"})
    pill = item["pill"]
    if pill:
        message = SubElement(group, f"{SVG}g", {"class": "msg"})
        room = {"x": number(pill["x"]), "y": number(pill["y"]), "width": number(pill["w"])}
        SubElement(message, f"{SVG}rect", {**room, "height": number(pill["h"]), "rx": "6"})
        at = {"x": number(pill["x"] + pill["pad"]), "y": number(pill["y"] + pill["h"] / 2 + 4.3)}
        SubElement(message, f"{SVG}text", at).text = pill["text"]
