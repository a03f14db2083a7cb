//! Course and walking aid.

use domain::assessments::Aid;
use leptos::prelude::*;

use super::entering::Entering;
use super::test_form::TestPart;
use crate::context::lang;
use crate::texts::{Words, measure as t};
use crate::ui::{Switch, SwitchButton};

#[component]
pub fn Walk(form: Entering, part: TestPart) -> impl IntoView {
    let lang = lang();
    let course = move |metres: u16, text: &'static str| {
        let pressed = move || form.read(|form| form.course_m == metres);
        view! { <SwitchButton text pressed on:click=move |_| form.change(|form| form.course_m = metres) /> }
    };
    let courses = move || {
        view! {
            <Switch label=t::course(lang)>{course(4, t::course_4(lang))} {course(3, t::course_3(lang))}</Switch>
        }
    };
    let aid = move |aid: &Aid| {
        let aid = *aid;
        let pressed = move || form.read(|form| form.aid == aid);
        view! { <SwitchButton text=aid.words(lang) pressed on:click=move |_| form.change(|form| form.aid = aid) /> }
    };
    view! {
        <div class="measure__walk">
            {(part == TestPart::Gait).then(courses)}
            <Switch label=t::aid(lang)>{Aid::ALL.iter().map(aid).collect_view()}</Switch>
        </div>
    }
}
