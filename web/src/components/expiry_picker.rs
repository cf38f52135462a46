//! Until when: a preset or a chosen time, and the date it comes to.

use leptos::prelude::*;

use super::{
    choice::Segmented,
    icon::{Glyph, Icon},
};
use crate::{clock, effect::on_change, ids};

/// How the date is chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Preset {
    Days(i64),
    Never,
    Chosen,
}

/// Picks an expiry; `None` is never. Shows the date that follows, with its zone, before anything is sent.
#[component]
pub(crate) fn ExpiryPicker(
    value: RwSignal<Option<i64>>,
    /// What ends then, as in "Secret expires".
    #[prop(into)]
    legend: String,
    /// What is wrong, by our own rule or by the server's pointer.
    #[prop(optional, into)]
    error: Signal<Option<String>>,
    /// Whether the profile lets a thing live for ever.
    #[prop(optional)]
    may_be_never: bool,
    /// Whether living for ever is nothing to be warned of.
    #[prop(optional)]
    calm: bool,
) -> impl IntoView {
    let now = clock::use_now();
    let error_id = ids::unique("expiry");
    let opened = clock::now();
    let initial = match value.get_untracked() {
        None => Preset::Never,
        Some(at) => [30, 90, 365]
            .into_iter()
            .find(|days| clock::end_of_utc_day(opened, *days) == at)
            .map_or(Preset::Chosen, Preset::Days),
    };
    let preset = RwSignal::new(initial);
    on_change(
        move || preset.track(),
        move || match preset.get_untracked() {
            Preset::Days(days) => value.set(Some(clock::end_of_utc_day(opened, days))),
            Preset::Never => value.set(None),
            // Starts from the date that was just shown, or from something sensible.
            Preset::Chosen => {
                value.update(|at| *at = at.or(Some(clock::end_of_utc_day(opened, 365))));
            }
        },
    );

    let mut choices = vec![
        (Preset::Days(30), "30 days", None),
        (Preset::Days(90), "90 days", None),
        (Preset::Days(365), "1 year", None),
    ];
    if may_be_never {
        choices.push((Preset::Never, "Never", None));
    }
    choices.push((Preset::Chosen, "Choose\u{2026}", None));

    let input_value = move || {
        value
            .get()
            .map(|at| clock::to_input(at, clock::zone_minutes(at)))
            .unwrap_or_default()
    };
    let computed = move || {
        match value.get() {
        None if calm => view! {
            <p class="expiry-computed"><Icon glyph=Glyph::Clock />"Works until someone ends it"</p>
        }
        .into_any(),
        None => view! {
            <p class="expiry-computed is-never"><Icon glyph=Glyph::Warning />"Works until someone ends it"</p>
        }
        .into_any(),
        Some(at) => view! {
            <p class="expiry-computed">
                <Icon glyph=Glyph::Clock />
                <span>
                    {clock::exact(at, clock::zone_minutes(at))}
                    <span class="cell-none">" \u{b7} "{move || clock::relative(at, now.get())}</span>
                </span>
            </p>
        }
        .into_any(),
    }
    };

    view! {
        <div class="expiry-picker">
            <Segmented value=preset legend=legend.clone() labelled=true choices />
            <input
                type="datetime-local"
                class="input"
                aria-label=format!("{legend}: date and time")
                hidden=move || preset.get() != Preset::Chosen
                aria-describedby=error_id.clone()
                aria-invalid=move || error.with(Option::is_some).then_some("true")
                prop:value=input_value
                on:change:target=move |event| {
                    if let Some(at) = clock::from_input(&event.target().value()) {
                        value.set(Some(at));
                    }
                }
            />
            <div aria-live="polite" id=error_id>
                {computed}
                {move || error.get().map(|error| view! {
                    <p class="field-error"><Icon glyph=Glyph::Problem /><span>{error}</span></p>
                })}
            </div>
        </div>
    }
}
