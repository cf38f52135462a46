//! The pages that are asked for: every order, every filter and search, and some of them together.

use latchkey::domain::timestamp::Timestamp;

/// What is asked for. `{soon}` and the like are moments.
const PAGES: &[(&str, &str)] = &[
    ("first page", ""),
    ("by name, backwards", "sort=-name"),
    ("by creation", "sort=created_at"),
    ("by creation, backwards", "sort=-created_at"),
    ("by end", "sort=usable_until"),
    ("by end, backwards", "sort=-usable_until"),
    ("by use", "sort=last_used_at"),
    ("by use, backwards", "sort=-last_used_at"),
    ("status active", "effective_status=active"),
    (
        "status active, by use",
        "effective_status=active&sort=last_used_at",
    ),
    (
        "status active, by end backwards",
        "effective_status=active&sort=-usable_until",
    ),
    ("status inactive", "effective_status=inactive"),
    (
        "status inactive, by creation",
        "effective_status=inactive&sort=created_at",
    ),
    ("status expired", "effective_status=expired"),
    (
        "status expired, by creation backwards",
        "effective_status=expired&sort=-created_at",
    ),
    ("status no_credential", "effective_status=no_credential"),
    (
        "status no_credential, by use",
        "effective_status=no_credential&sort=-last_used_at",
    ),
    ("status expiring_soon", "effective_status=expiring_soon"),
    (
        "status expiring_soon, by creation",
        "effective_status=expiring_soon&sort=created_at",
    ),
    ("role member", "role=member"),
    ("role super_admin", "role=super_admin"),
    (
        "role super_admin, by creation",
        "role=super_admin&sort=-created_at",
    ),
    (
        "role super_admin, by use",
        "role=super_admin&sort=last_used_at",
    ),
    ("owner common", "owner=platform"),
    ("owner common, by use", "owner=platform&sort=-last_used_at"),
    ("owner of some thousands, by name", "owner=team-7"),
    (
        "owner of some thousands, by use",
        "owner=team-7&sort=-last_used_at",
    ),
    ("owner rare", "owner=person-0"),
    ("owner rare, by creation", "owner=person-0&sort=created_at"),
    ("owner unknown", "owner=nobody"),
    ("label common", "label=env:prod"),
    ("label common, by use", "label=env:prod&sort=last_used_at"),
    ("label rare", "label=env:canary"),
    (
        "label rare, by creation",
        "label=env:canary&sort=-created_at",
    ),
    ("label key", "label=env"),
    ("label unknown", "label=zone"),
    ("expires_before soon", "expires_before={soon}"),
    ("expires_before long ago", "expires_before={long_ago}"),
    (
        "expires_before never, by creation",
        "expires_before=9999-01-01&sort=created_at",
    ),
    ("unused_since recently", "unused_since={recently}"),
    ("unused_since long ago", "unused_since={long_ago}"),
    (
        "unused_since long ago, by name backwards",
        "unused_since={long_ago}&sort=-name",
    ),
    ("created_after recently", "created_after={recently}"),
    (
        "created_after recently, by name backwards",
        "created_after={recently}&sort=-name",
    ),
    (
        "created_after long ago, by use (the unused first)",
        "created_after={long_ago}&sort=last_used_at",
    ),
    (
        "created_after recently, by creation",
        "created_after={recently}&sort=created_at",
    ),
    (
        "created_after recently, by use (the unused first)",
        "created_after={recently}&sort=last_used_at",
    ),
    (
        "expires_before soon, by end backwards",
        "expires_before={soon}&sort=-usable_until",
    ),
    (
        "unused_since long ago, by use backwards",
        "unused_since={long_ago}&sort=-last_used_at",
    ),
    ("profile common", "profile=service_account"),
    ("profile rare", "profile=tenant_client"),
    (
        "profile rare, by creation",
        "profile=tenant_client&sort=-created_at",
    ),
    ("without an owner", "unowned=true"),
    ("refused within a week", "refused_within=7"),
    ("deleted", "deleted=true"),
    ("search rare", "q=pizza"),
    ("search rare, by use", "q=pizza&sort=-last_used_at"),
    ("search of some thousands", "q=quartz"),
    (
        "search of some thousands, by creation",
        "q=quartz&sort=-created_at",
    ),
    ("search common, late in its order", "q=worker"),
    (
        "search common, by use backwards",
        "q=worker&sort=-last_used_at",
    ),
    ("search none", "q=xylophone"),
    ("search of two letters, common", "q=er"),
    ("search of two letters, rare", "q=zz"),
    ("search of two letters, none", "q=qq"),
    ("search of one letter", "q=z"),
    ("search of one letter, by creation", "q=w&sort=-created_at"),
    (
        "search of some thousands, by use",
        "q=quartz&sort=last_used_at",
    ),
    ("search common and owner rare", "q=worker&owner=person-0"),
    (
        "search rare and status inactive",
        "q=pizza&effective_status=inactive",
    ),
    (
        "search common and status expired, by use",
        "q=worker&effective_status=expired&sort=-last_used_at",
    ),
    (
        "role and profile and label, by creation",
        "role=admin&profile=service_account&label=env:test&sort=-created_at",
    ),
    ("total of all", "total=true"),
    ("total of a search", "q=worker&total=true"),
    ("total of a status", "effective_status=inactive&total=true"),
];

const DAY: i64 = 86_400;

/// What each page is called, and its query.
pub(crate) fn pages(now: i64) -> impl Iterator<Item = (&'static str, String)> {
    PAGES
        .iter()
        .map(move |(name, query)| (*name, moments(query, now)))
}

fn moments(query: &str, now: i64) -> String {
    let mut query = query.to_owned();
    for (name, moment) in [
        ("{soon}", now + 10 * DAY),
        ("{recently}", now - 30 * DAY),
        ("{long_ago}", now - 300 * DAY),
    ] {
        let text = Timestamp::from_unix_clamped(moment).to_string();
        query = query.replace(name, &text);
    }
    query
}
