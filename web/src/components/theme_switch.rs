//! Light, dark or as the system says.

use leptos::prelude::*;

use super::{choice::Segmented, icon::Glyph};
use crate::effect::on_change;
use crate::theme::Theme;

/// Switches the theme at once and remembers it.
#[component]
pub(crate) fn ThemeSwitch() -> impl IntoView {
    // Shared, because the side column and the drawer both have a switch.
    let theme = use_context::<RwSignal<Theme>>().unwrap_or_else(|| RwSignal::new(Theme::load()));
    on_change(move || theme.track(), move || theme.get_untracked().apply());
    let choices = Theme::ALL.map(|theme| match theme {
        Theme::System => (theme, "System", Some(Glyph::Screen)),
        Theme::Light => (theme, "Light", Some(Glyph::Sun)),
        Theme::Dark => (theme, "Dark", Some(Glyph::Moon)),
    });
    view! { <Segmented value=theme legend="Theme" choices=choices.to_vec() /> }
}
