//! Figures over time, drawn as inline SVG, with the same figures as a table for whoever cannot see the drawing.

use leptos::prelude::*;

/// One column of a [`BarChart`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Bar {
    /// The time it stands for.
    pub(crate) label: String,
    /// Tokens issued.
    pub(crate) issued: u32,
    /// Requests refused, drawn on top.
    pub(crate) refused: u32,
}

/// Width of a column and of the bar in it, in the drawing's own units.
const STEP: usize = 10;
const BAR: usize = 6;
/// The height of the drawing. Whole numbers are fine enough, and cheaper to write than others.
const HEIGHT: u64 = 1000;

/// How high a value is drawn where `top` is drawn at `full`.
fn height(value: u32, top: u32, full: u64) -> u64 {
    u64::from(value) * full / u64::from(top.max(1))
}

/// The next round figure of which half is a whole number, for the top of the scale.
fn round_up(value: u32) -> u32 {
    let value = value.max(2);
    let magnitude = 10_u32.pow(value.ilog10());
    [1, 2, 4, 6, 8, 10]
        .into_iter()
        .map(|step| magnitude.saturating_mul(step))
        .find(|top| *top >= value)
        .unwrap_or(u32::MAX)
}

/// `12 400`, with thin spaces that are not broken.
pub(crate) fn grouped(value: u32) -> String {
    let digits = value.to_string();
    let mut text = String::with_capacity(digits.len() + 4);
    for (index, digit) in digits.chars().enumerate() {
        if index != 0 && (digits.len() - index).is_multiple_of(3) {
            text.push('\u{202f}');
        }
        text.push(digit);
    }
    text
}

/// Issued and refused tokens, a column per span of time.
#[component]
pub(crate) fn BarChart(#[prop(into)] title: String, bars: Vec<Bar>) -> impl IntoView {
    let top = round_up(
        bars.iter()
            .map(|bar| bar.issued + bar.refused)
            .max()
            .unwrap_or(0),
    );
    let issued: u32 = bars.iter().map(|bar| bar.issued).sum();
    let refused: u32 = bars.iter().map(|bar| bar.refused).sum();
    let width = bars.len() * STEP;
    let columns = bars
        .iter()
        .enumerate()
        .map(|(index, bar)| {
            let left = index * STEP;
            let good = height(bar.issued, top, HEIGHT);
            let bad = height(bar.refused, top, HEIGHT);
            view! {
                <g class="chart-column">
                    <rect class="chart-hit" x=left y=0 width=STEP height=HEIGHT></rect>
                    <rect class="chart-bar" x=left + (STEP - BAR) / 2 y=HEIGHT - good width=BAR height=good></rect>
                    <rect class="chart-bar-bad" x=left + (STEP - BAR) / 2 y=HEIGHT.saturating_sub(good + bad) width=BAR height=bad></rect>
                    <title>{format!("{}: {} issued, {} refused", bar.label, grouped(bar.issued), grouped(bar.refused))}</title>
                </g>
            }
        })
        .collect_view();
    let lines = [0, HEIGHT / 2, HEIGHT]
        .map(|y| view! { <line class="chart-grid" x1=0 x2=width y1=y y2=y></line> });
    let axis = bars
        .iter()
        .enumerate()
        .step_by(bars.len().div_ceil(4).max(1))
        .map(|(index, bar)| view! { <span style=("grid-column", (index + 1).to_string())>{bar.label.clone()}</span> })
        .collect_view();
    let axis_columns = format!("repeat({}, minmax(0, 1fr))", bars.len().max(1));
    let summary = format!(
        "{title}: {} issued, {} refused",
        grouped(issued),
        grouped(refused)
    );
    let rows = bars
        .iter()
        .map(|bar| view! {
            <tr><th scope="row">{bar.label.clone()}</th><td>{grouped(bar.issued)}</td><td>{grouped(bar.refused)}</td></tr>
        })
        .collect_view();

    view! {
        <figure class="chart">
            <figcaption class="chart-head">
                <span class="chart-title">{title}</span>
                <ul class="chart-legend" role="list">
                    <li><span class="chart-key"></span>{format!("{} issued", grouped(issued))}</li>
                    <li><span class="chart-key chart-key-bad"></span>{format!("{} refused", grouped(refused))}</li>
                </ul>
            </figcaption>
            <div class="chart-plot">
                <div class="chart-scale" aria-hidden="true">
                    <span>{grouped(top)}</span><span>{grouped(top / 2)}</span><span>"0"</span>
                </div>
                <svg class="chart-svg" role="img" aria-label=summary viewBox=format!("0 0 {width} {HEIGHT}") preserveAspectRatio="none">
                    {lines.into_iter().collect_view()}
                    {columns}
                </svg>
                <div class="chart-axis" aria-hidden="true" style=("grid-template-columns", axis_columns)>{axis}</div>
            </div>
            <details class="chart-table">
                <summary>"Show as a table"</summary>
                <table>
                    <thead><tr><th scope="col">"Time"</th><th scope="col">"Issued"</th><th scope="col">"Refused"</th></tr></thead>
                    <tbody>{rows}</tbody>
                </table>
            </details>
        </figure>
    }
}

/// The course of a figure in the space of a word.
#[component]
pub(crate) fn Sparkline(
    values: Vec<u32>,
    /// Says what the line shows, as in "Tokens in the last 24 hours".
    label: &'static str,
) -> impl IntoView {
    let top = values.iter().copied().max().unwrap_or(0);
    let last = values.last().copied().unwrap_or(0);
    let right = values.len().saturating_sub(1).max(1);
    let points = values
        .iter()
        .enumerate()
        .map(|(index, value)| {
            let x = index * 1000 / right;
            let y = 220 - height(*value, top, 200);
            format!("{x},{y}")
        })
        .collect::<Vec<_>>()
        .join(" ");
    view! {
        <svg
            class="sparkline"
            class:sparkline-flat=top == 0
            role="img"
            aria-label=format!("{label}: last {}, highest {}", grouped(last), grouped(top))
            viewBox="0 0 1000 240"
            preserveAspectRatio="none"
        >
            <polygon class="sparkline-area" points=format!("0,240 {points} 1000,240")></polygon>
            <polyline class="sparkline-line" points=points></polyline>
        </svg>
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_scale_ends_at_a_round_figure() {
        assert_eq!(
            [0, 1, 7, 11, 38, 50, 412, 999].map(round_up),
            [2, 2, 8, 20, 40, 60, 600, 1000]
        );
    }

    #[test]
    fn long_figures_are_grouped_by_thousands() {
        assert_eq!(grouped(999), "999");
        assert_eq!(grouped(1_234_567), "1\u{202f}234\u{202f}567");
    }
}
