#!/usr/bin/env python3
"""Writes shared/ServerlessGuard.Core/Facts/Aws/managed-policies.txt: what each AWS managed policy allows, as the rules ask it.

AWS managed policies never arrive as configuration items. The list is made from moto's copy of them:

    pip install moto && python3 eng/managed-policies.py

Per policy, one line: its name, then "administrator" and "data" where one of its statements is so by the same predicates as those of
customer policies (PolicyPower.Administrator, DataReach.In). A name that is not listed is unknown to the rules.
"""

import hashlib
import json
import pathlib
import re
from importlib.metadata import version

from moto.iam import aws_managed_policies as published

TARGET = pathlib.Path(__file__).parent.parent / "shared/ServerlessGuard.Core/Facts/Aws/managed-policies.txt"


def listed(value):
    return value if isinstance(value, list) else [] if value is None else [value]


def covers(pattern, text, ignore_case=False):
    expression = "".join(".*" if c == "*" else "." if c == "?" else re.escape(c) for c in pattern)
    return re.fullmatch(expression, text, re.DOTALL | (re.IGNORECASE if ignore_case else 0)) is not None


def all_actions(statement):
    if not_actions := listed(statement.get("NotAction")):
        return not any(covers(action, "*") or action == "*:*" for action in not_actions)
    return any(covers(action, "*") or action == "*:*" for action in listed(statement.get("Action")))


def all_resources(statement):
    if not_resources := listed(statement.get("NotResource")):
        return not any(covers(resource, "*") for resource in not_resources)
    return any(covers(resource, "*") or covers(resource, "arn:*:*:*:*:*") for resource in listed(statement.get("Resource")))


def covers_action(statement, action):
    if not_actions := listed(statement.get("NotAction")):
        return not any(covers(other, action, True) or covers(action, other, True) for other in not_actions)
    return any(covers(pattern, action, True) for pattern in listed(statement.get("Action")))


def every_role(statement):
    return all_resources(statement) or any(
        covers(resource, "arn:aws:iam::*:role/*") for resource in listed(statement.get("Resource")))


def administrator(statement):
    return not statement.get("Condition") and (
        all_resources(statement)
        and (all_actions(statement) or covers_action(statement, "iam:*") or covers_action(statement, "sts:*"))
        or covers_action(statement, "iam:PassRole") and every_role(statement))


def reaches_data(statement):
    def reaches(service):
        if not_actions := listed(statement.get("NotAction")):
            return not any(covers(action, service + ":*", True) for action in not_actions)
        return any(covers(action.split(":")[0], service, True) for action in listed(statement.get("Action")))

    return any(map(reaches, ("s3", "bedrock", "sagemaker")))


def line(name, policy):
    statements = [s for s in listed(policy["Document"]["Statement"]) if s["Effect"] == "Allow"]
    return " ".join([name]
                    + ["administrator"] * any(map(administrator, statements))
                    + ["data"] * any(map(reaches_data, statements)))


def main():
    policies = json.loads(published.aws_managed_policies_data)
    source = pathlib.Path(published.__file__).read_bytes()
    heading = [
        "# asOf: " + max(policy["UpdateDate"] for policy in policies.values())[:10],
        f"# source: moto {version('moto')}, moto/iam/aws_managed_policies.py, sha256 {hashlib.sha256(source).hexdigest()}",
        "# written by: eng/managed-policies.py",
    ]
    TARGET.write_text("\n".join(heading + [line(name, policies[name]) for name in sorted(policies)]) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
