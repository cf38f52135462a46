//! Token requests over time, of the whole tenant or of one client.

use leptos::prelude::*;

use crate::{
    address::Address,
    api::{Api, types, use_api},
    clock,
    components::{
        chart::{Bar, BarChart},
        problem_notice::ProblemNotice,
        select::Select,
        skeleton::Skeleton,
    },
    load::load,
    problem::Problem,
};

/// How far back a chart goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Period {
    Day,
    Week,
    Month,
    Quarter,
}

impl Period {
    fn find(word: &str) -> Self {
        match word {
            "7d" => Self::Week,
            "30d" => Self::Month,
            "90d" => Self::Quarter,
            _ => Self::Day,
        }
    }

    const fn days(self) -> i64 {
        match self {
            Self::Day => 1,
            Self::Week => 7,
            Self::Month => 30,
            Self::Quarter => 90,
        }
    }

    /// Hours while they can be told apart, then days.
    const fn span(self) -> types::UsageSpan {
        match self {
            Self::Day | Self::Week => types::UsageSpan::Hour,
            Self::Month | Self::Quarter => types::UsageSpan::Day,
        }
    }

    fn since(self) -> String {
        let step = match self.span() {
            types::UsageSpan::Hour => 3_600,
            types::UsageSpan::Day => clock::DAY,
        };
        clock::to_api(clock::now() - self.days() * clock::DAY + step)
    }

    fn label(self, at: i64) -> String {
        match self {
            Self::Day => clock::time_of_day(at),
            Self::Week => format!("{} {}", clock::day_of_month(at), clock::time_of_day(at)),
            // Whole days of the server are days in UTC.
            Self::Month | Self::Quarter => clock::utc_day_of_month(at),
        }
    }

    const fn title(self) -> &'static str {
        match self.span() {
            types::UsageSpan::Hour => "Per hour",
            types::UsageSpan::Day => "Per day (UTC)",
        }
    }
}

async fn ask(api: Api, client: Option<String>, period: Period) -> Result<types::Usage, Problem> {
    let (per, since) = (Some(period.span()), period.since());
    api.call(|it| match &client {
        Some(id) => it.get_client_usage(id, per, Some(since.as_str()), None),
        None => it.get_usage(per, Some(since.as_str()), None),
    })
    .await
}

/// The chart in its panel; the period stands in the address.
#[component]
pub(crate) fn UsageChart(
    address: Address,
    /// The uuid of a client; without one, all clients.
    #[prop(optional, into)]
    client: Option<String>,
) -> impl IntoView {
    let api = use_api();
    let period = address.choice("period", "24h");
    let usage = load(
        move || Period::find(&period.get()),
        async move |period: Period| Ok((period, ask(api, client.clone(), period).await?)),
    );
    let chart = move || {
        usage.value.get().map(|(period, usage)| {
            let count = |number| u32::try_from(number).unwrap_or_default();
            let bars = usage
                .items
                .iter()
                .map(|it| Bar {
                    label: clock::parse(&it.start).map_or_else(String::new, |at| period.label(at)),
                    issued: count(it.accepted),
                    refused: count(it.refused),
                })
                .collect::<Vec<_>>();
            view! { <BarChart title=period.title() bars /> }
        })
    };
    view! {
        <section class="panel" aria-labelledby="usage-title">
            <div class="panel-head">
                <h2 id="usage-title">"Token requests"</h2>
                <Select
                    value=period
                    options=vec![
                        ("24h", "Last 24 hours"),
                        ("7d", "Last 7 days"),
                        ("30d", "Last 30 days"),
                        ("90d", "Last 90 days"),
                    ]
                    attr:aria-label="Period"
                />
            </div>
            {move || usage.problem.get().map(|problem| view! { <ProblemNotice problem on_retry=usage.retry() /> })}
            <div class="busy-area" aria-busy=move || usage.busy.get().then_some("true")>
                {move || match chart() {
                    Some(chart) => chart.into_any(),
                    None if usage.problem.with(Option::is_some) => ().into_any(),
                    None => view! { <div class="usage-wait"><Skeleton rows=4 label="Loading the chart" /></div> }.into_any(),
                }}
            </div>
        </section>
    }
}
