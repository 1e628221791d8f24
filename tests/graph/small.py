"""A whole set of fixtures in small, for tests to break: one system of four parts, one story."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import yaml

type Fields = dict[str, Any]
type Small = dict[str, list[dict[str, Any]]]
"""File to its rows, as in YAML."""

CITED: Fields = {"source": ["doc"], "section": "§1", "mark": "verified"}


def both(name: str, english: str, chinese: str) -> Fields:
    return {f"{name}_en": english, f"{name}_zh_hans": chinese}


def row(model: str, **fields: Any) -> dict[str, Any]:
    return {"model": f"explorer.{model}", "fields": fields}


def component(slug: str, zone: str, **more: Any) -> dict[str, Any]:
    fields: Fields = {
        "system": ["toy"],
        "slug": slug,
        "kind": "process",
        "zone": zone,
        "tier": "reference",
        **both("name", slug, slug),
        **both("summary", f"The {slug}.", f"部件 {slug}。"),
        **CITED,
        **more,
    }
    return row("component", **fields)


def link(slug: str, opener: str, accepter: str, **more: Any) -> dict[str, Any]:
    fields: Fields = {
        "slug": slug,
        "system": ["toy"],
        "opener": ["toy", opener],
        "accepter": ["toy", accepter],
        "protocol": "HTTPS",
        "port": "443",
        "mode": "request",
        **both("why", "To ask.", "用于询问。"),
        **CITED,
        **more,
    }
    return row("link", **fields)


def step(order: int, source: str, target: str, link: str | None, **more: Any) -> dict[str, Any]:
    fields: Fields = {
        "storyboard": ["tale"],
        "order": order,
        "phase": "submit",
        "source": source,
        "target": target,
        "link": [link] if link else None,
        "message": "ask",
        "effects": [{"where": "store", "object": "jobs/one", "before": {}, "after": {"state": "new"}}],
        "outcome": "delivered",
        **both("title", "The client asks", "客户端提出请求"),
        **both("what", "The client asks the server.", "客户端请求服务器。"),
        **both("label", "ask", "ask"),
        **more,
    }
    return row("storyboardstep", **fields)


def small() -> Small:
    """Sound fixtures: change a copy of what you need broken."""
    return copy.deepcopy(
        {
            "sources.yaml": [
                row(
                    "source",
                    slug="doc",
                    **both("title", "The paper", "论文"),
                    **both("short", "Paper 2015", "论文 2015"),
                    year=2015,
                    kind="paper",
                ),
                row(
                    "source",
                    slug="log",
                    **both("title", "A log", "一份日志"),
                    **both("short", "Log", "日志"),
                    kind="log",
                ),
            ],
            "systems.yaml": [
                row(
                    "system",
                    slug=slug,
                    **both("name", slug.title(), slug.title()),
                    **both("tagline", "Runs things.", "运行任务。"),
                    **both("described", "As of 2015", "2015 年"),
                    **both("summary", "It runs things.", "它运行任务。"),
                    **CITED,
                )
                for slug in ("toy", "other")
            ],
            "scenarios.yaml": [
                row(
                    "scenario",
                    slug="deploy",
                    **both("title", "Deploy", "部署"),
                    **both("question", "What happens?", "发生了什么？"),
                    phases=["submit", "start"],
                ),
                row(
                    "staging",
                    scenario=["deploy"],
                    system=["toy"],
                    **both("title", "A job starts", "作业启动"),
                    **both("summary", "From ask to run.", "从请求到运行。"),
                    **both("teaches", "Who asks whom.", "谁请求谁。"),
                ),
            ],
            "components/other.yaml": [component("boss", "client", system=["other"])],
            "components/toy.yaml": [
                component("gate", "control-plane", kind="part", part_of=["toy", "server"]),
                component("client", "client"),
                component("server", "control-plane", more_sources=[{"source": "log", "section": "12"}]),
                component("agent", "node"),
            ],
            "links/toy.yaml": [
                link("X1", "client", "server"),
                link("X2", "agent", "server", mode="watch"),
                link("X9", "client", "agent", told=True),
                row(
                    "forbiddenlink",
                    system=["toy"],
                    opener="client",
                    accepter="agent",
                    **both("reason", "The server asks.", "由服务器请求。"),
                    **CITED,
                ),
            ],
            "counterparts.yaml": [
                row(
                    "counterpart",
                    slug="server-boss",
                    left=["toy", "server"],
                    right=["other", "boss"],
                    **both("same", "Both lead.", "都负责领导。"),
                    **both("different", "One waits.", "一个等待。"),
                    **both("why", "They are of two ages.", "两者属于不同年代。"),
                    phase="submit",
                    **CITED,
                )
            ],
            "terms.yaml": [
                row(
                    "term",
                    slug="job",
                    **both("word", "job", "作业"),
                    **both("meaning", "Something to run.", "要运行的东西。"),
                    forms_en=["job", "jobs"],
                    forms_zh_hans=["作业"],
                    **CITED,
                )
            ],
            "narrations/toy.yaml": [
                row(
                    "narration",
                    system=["toy"],
                    key="server.accept",
                    **both("title", "The server accepts", "服务器接受"),
                    **both("what", "It stores {job}.", "它保存 {job}。"),
                    **both("why", "So that nothing is lost.", "以免丢失。"),
                    **both("label", "store {job}", "store {job}"),
                    **both("short", "store", "store"),
                    story="each",
                    **CITED,
                )
            ],
            "concepts.yaml": [
                row(
                    "concept",
                    slug="job-errand",
                    left_system=["toy"],
                    right_system=["other"],
                    subject="asking",
                    **both("left", "job", "作业"),
                    **both("right", "errand", "差事"),
                    **both("same", "Both are work.", "都是工作。"),
                    **both("different", "One waits.", "一个等待。"),
                    **both("lesson", "Name things well.", "名字要起好。"),
                    components=[["toy", "server"], ["other", "boss"]],
                    **CITED,
                )
            ],
            "misconceptions.yaml": [
                row(
                    "misconception",
                    slug="server-calls",
                    row="S58",
                    origin="article",
                    subject="borg",
                    verdict="wrong",
                    **both("claim", "The client calls the agent.", "客户端调用代理。"),
                    **both("correction", "The agent asks the server.", "代理向服务器请求。"),
                    components=[["toy", "agent"]],
                    system=["toy"],
                    scenario=["deploy"],
                    narration="server.accept",
                    concept=["job-errand"],
                    term=["job"],
                    **CITED,
                )
            ],
            "storyboards/tale.yaml": [
                row(
                    "storyboard",
                    slug="tale",
                    system=["toy"],
                    scenario=["deploy"],
                    **both("title", "The tale", "故事"),
                    **both("summary", "As it is told.", "如其所述。"),
                    **CITED,
                ),
                step(1, "client", "gate@a", "X1", beside="server.accept"),
                step(2, "server@a", "server@a", None, outcome="internal"),
                step(
                    3,
                    "client",
                    "agent@b",
                    "X9",
                    phase="start",
                    told=True,
                    **both("correction", "The agent asks the server.", "代理向服务器请求。"),
                ),
            ],
        }
    )


def fields(fixtures: Small, file: str, number: int = 0) -> Fields:
    """The fields of a file's row, to change."""
    found: Fields = fixtures[file][number]["fields"]
    return found


def write(folder: Path, fixtures: Small) -> Path:
    """Writes the fixtures below `folder`; returns it."""
    for file, rows in fixtures.items():
        path = folder / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.safe_dump(rows, allow_unicode=True, sort_keys=False), encoding="utf-8")
    return folder


def files(folder: Path) -> list[str]:
    """The fixture files in the order that Django's own loaddata takes them."""
    from explorer.graph.fixtures import paths

    return [str(path) for path in paths(folder)]
