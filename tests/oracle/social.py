"""T11: family accounts and groups."""

from tests.oracle.person import Person, Row, least, most, per_mille

FAMILIES, GROUPS = "dwd.family_member", "dwd.group_member"


def tags(who: Person) -> Row:
    families, groups = who.all(FAMILIES), who.all(GROUPS)
    kinds, mains = {row["kind"] for row in families}, {row["kind"] for row in families if row["is_main"]}
    group = max(groups, key=lambda row: (row["joined_on"], row["group_id"]), default={})
    since, joined = least(row["joined_on"] for row in families), least(row["joined_on"] for row in groups)
    with_plan = most(row["others_with_plan"] for row in families)
    size, holders = most(row["live_members"] for row in groups), most(row["members_with_plan"] for row in groups)
    return {
        "family_number_member": "family_number" in kinds,
        "family_home_member": "family_home" in kinds,
        "family_number_main_account": "family_number" in mains,
        "family_home_main_account": "family_home" in mains,
        "family_size": most(row["live_members"] for row in families),
        "family_since": since,
        "days_in_family": who.days_since(since),
        "family_members_left": most(row["left_members"] for row in families),
        "family_with_data_plan": with_plan,
        "has_data_rich_family": any(row["others_with_much_data"] > 0 for row in families),
        "is_group_member": bool(groups),
        "is_group_key_person": any(row["group_role"] in ("key_person", "leader") for row in groups),
        "company_group": group.get("group_id"),
        "company_role": group.get("group_role"),
        "company_manager": group.get("manager_id"),
        "account_manager": who.spine["manager_id"] or group.get("manager_id"),
        "in_group_since": joined,
        "days_in_group": who.days_since(joined),
        "group_size": size,
        "group_with_data_plan": holders,
        "group_data_plan_share": per_mille(holders, size),
        "is_without_plan_in_data_family": None if with_plan is None else with_plan > 0 and not who.tags["holds_data_plan"],
    }
