//! Tabs and filters of the list; each of them is a part of the address.

use leptos::prelude::*;

use crate::{
    address::{Address, Step},
    components::{
        filter_bar::{FilterBar, FilterChip, SearchBox},
        select::Select,
        tabs::{Tab, Tabs},
    },
    forms::profiles,
    me::use_me,
    routes,
};

/// The kinds of clients the person may see, and the deleted ones.
#[component]
pub(super) fn KindTabs(address: Address) -> impl IntoView {
    let me = use_me();
    let tab = |label: &'static str, query: &str, current: Signal<bool>| Tab {
        href: routes::href(&format!("/clients{query}")),
        label,
        count: None,
        current,
    };
    let is_deleted = move || address.get("deleted").is_some();
    let mut tabs = vec![tab(
        "All",
        "",
        Signal::derive(move || address.get("profile").is_none() && !is_deleted()),
    )];
    tabs.extend(
        profiles::all()
            .into_iter()
            .filter(|it| me.may_view_clients_of(it.key))
            .map(|profile| {
                let current = Signal::derive(move || {
                    address.get("profile").as_deref() == Some(profile.key) && !is_deleted()
                });
                tab(
                    profile.plural,
                    &format!("?profile={}", profile.key),
                    current,
                )
            }),
    );
    tabs.push(tab("Deleted", "?deleted=true", Signal::derive(is_deleted)));
    view! { <Tabs label="Kinds of clients" tabs /> }
}

/// Search and filters.
#[component]
pub(super) fn Filters(address: Address) -> impl IntoView {
    let chip = move |name: &'static str, words: &'static str| {
        move || {
            address.get(name).map(|value| {
                let remove = Callback::new(move |()| {
                    address.change(Step::Push, &[(name, None), ("cursor", None)]);
                });
                view! { <FilterChip label=format!("{words}: {value}") on_remove=remove /> }
            })
        }
    };
    let flag = move |name: &'static str, words: &'static str| {
        move || {
            address.get(name).map(|_| {
                let remove = Callback::new(move |()| {
                    address.change(Step::Push, &[(name, None), ("cursor", None)]);
                });
                view! { <FilterChip label=words on_remove=remove /> }
            })
        }
    };
    let refused = move || {
        address.get("refused").map(|days| {
            let remove = Callback::new(move |()| {
                address.change(Step::Push, &[("refused", None), ("cursor", None)]);
            });
            let label = match days.as_str() {
                "1" => "Refused within a day".to_owned(),
                days => format!("Refused within {days} days"),
            };
            view! { <FilterChip label on_remove=remove /> }
        })
    };
    // Only service accounts stand on the ladder.
    let with_roles = move || {
        address.get("role").is_some()
            || address
                .get("profile")
                .is_none_or(|it| it == "service_account")
    };
    let living = move || address.get("deleted").is_none();
    view! {
        <FilterBar label="Filter clients">
            <SearchBox value=address.typed("q") label="Search name, client ID or notes" />
            <Show when=living>
                <Select
                    value=address.choice("status", "")
                    options=vec![
                        ("", "Any status"),
                        ("active", "Active"),
                        ("expiring_soon", "Expires soon"),
                        ("no_credential", "No credential"),
                        ("inactive", "Inactive"),
                        ("expired", "Expired"),
                    ]
                    attr:aria-label="Status"
                />
                <Select
                    value=address.choice("expires", "")
                    options=vec![
                        ("", "Any expiry"),
                        ("1", "Expires within a day"),
                        ("7", "Expires within 7 days"),
                        ("30", "Expires within 30 days"),
                        ("90", "Expires within 90 days"),
                    ]
                    attr:aria-label="Expiry"
                />
                <Select
                    value=address.choice("unused", "")
                    options=vec![
                        ("", "Any use"),
                        ("7", "Unused for 7 days"),
                        ("30", "Unused for 30 days"),
                        ("90", "Unused for 90 days"),
                        ("365", "Unused for a year"),
                    ]
                    attr:aria-label="Last use"
                />
                <Show when=with_roles>
                <Select
                    value=address.choice("role", "")
                    options=vec![
                        ("", "Any role"),
                        ("member", "Member"),
                        ("admin", "Admin"),
                        ("super_admin", "Super admin"),
                    ]
                    attr:aria-label="Role"
                />
                </Show>
            </Show>
            {flag("unowned", "Without an owner")}
            {refused}
            {chip("owner", "Owner")}
            {chip("label", "Label")}
        </FilterBar>
    }
}
