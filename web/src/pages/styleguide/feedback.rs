//! What a screen says while it waits and when something is wrong.

use leptos::prelude::*;

use super::{Section, Specimen};
use crate::{
    components::{problem_notice::ProblemNotice, skeleton::Skeleton, toast::Toasts},
    problem::Problem,
};

#[component]
pub(super) fn Feedback() -> impl IntoView {
    let toasts = expect_context::<Toasts>();
    let refused = Problem {
        title: "You cannot give this role".to_owned(),
        detail: Some(
            "super_admin exceeds your own role, admin. Ask a super admin to make this client."
                .to_owned(),
        ),
        request_id: Some("019ac2f4-6b1e-7d20-9c55-3f0e8a417b62".to_owned()),
        ..Problem::default()
    };
    let unreachable = Problem {
        title: "The server did not answer".to_owned(),
        detail: Some("Nothing was changed. What you typed is still here.".to_owned()),
        request_id: None,
        ..Problem::default()
    };
    let ending = Problem {
        title: "The only secret expires in 6 days".to_owned(),
        detail: Some(
            "Add another one now and retire this one when nothing uses it any more.".to_owned(),
        ),
        request_id: None,
        ..Problem::default()
    };
    view! {
        <Section index=5>
            <Specimen title="Problems">
                <ProblemNotice problem=refused />
                <ProblemNotice problem=unreachable on_retry=Callback::new(move |()| toasts.done("Tried again")) />
                <ProblemNotice problem=ending warning=true />
            </Specimen>
            <Specimen title="Loading" note="Appears after 150 ms, in the size of what is coming.">
                <div class="table-frame"><Skeleton rows=3 label="Loading clients" /></div>
            </Specimen>
        </Section>
    }
}
