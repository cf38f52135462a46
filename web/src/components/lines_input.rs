//! A list typed or pasted as text, one entry per line, with each mistake beside its line.

use leptos::prelude::*;

use super::{
    field::FieldLink,
    icon::{Glyph, Icon},
};
use crate::effect::memo;
use crate::forms::lines;

/// One entry per line. Grows with its content, so that the numbers and mistakes never scroll away from their lines.
#[component]
pub(crate) fn LinesInput(
    value: RwSignal<String>,
    /// What is wrong with one line.
    mistake: fn(&str) -> Option<&'static str>,
    /// What the server says of single entries, blank lines not counted.
    #[prop(optional, into)]
    refused: Signal<Vec<(usize, String)>>,
    #[prop(default = 3)] rows: usize,
    #[prop(optional)] placeholder: &'static str,
) -> impl IntoView {
    let FieldLink {
        control,
        described_by,
        ..
    } = FieldLink::find();
    let mistakes_id = format!("{control}-lines");
    let described_by = {
        let mistakes_id = mistakes_id.clone();
        move || match described_by.get() {
            Some(ids) => format!("{ids} {mistakes_id}"),
            None => mistakes_id.clone(),
        }
    };
    let mistakes =
        memo(move || {
            value.with(|text| {
                text.split('\n')
                    .enumerate()
                    .filter_map(|(index, line)| mistake(line).map(|why| (index, why.to_owned())))
                    .chain(refused.get().into_iter().filter_map(|(entry, why)| {
                        lines::line_of(text, entry).map(|line| (line, why))
                    }))
                    .collect::<Vec<_>>()
            })
        });
    // One empty line more than typed, to show where the next entry goes.
    let height = memo(move || value.with(|text| text.split('\n').count() + 1).max(rows));

    view! {
        <div class="lines" class:has-mistakes=move || mistakes.with(|list| !list.is_empty())>
            <div class="lines-gutter" aria-hidden="true">
                {move || mistakes.with(|list| {
                    (0..height.get())
                        .map(|index| {
                            let wrong = list.iter().any(|(line, _)| *line == index);
                            view! { <div class:is-wrong=wrong>{index + 1}</div> }
                        })
                        .collect_view()
                })}
            </div>
            <div class="lines-area">
                <textarea
                    id=control
                    rows=move || height.get()
                    spellcheck="false"
                    autocapitalize="off"
                    placeholder=placeholder
                    aria-describedby=described_by
                    aria-invalid=move || mistakes.with(|list| (!list.is_empty()).then_some("true"))
                    prop:value=move || value.get()
                    on:input:target=move |event| value.set(event.target().value())
                ></textarea>
            </div>
            <div id=mistakes_id aria-live="polite" class="lines-mistakes" hidden=move || mistakes.with(Vec::is_empty)>
                {move || mistakes.get().into_iter().map(|(index, why)| view! {
                    <p style=("--line-index", index.to_string())>
                        <Icon glyph=Glyph::Problem />
                        <span><span class="lines-number">{format!("Line {}: ", index + 1)}</span>{why}</span>
                    </p>
                }).collect_view()}
            </div>
        </div>
    }
}
