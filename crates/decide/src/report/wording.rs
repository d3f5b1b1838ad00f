//! Values, ranges and comparisons in words.

use kouan_rulebook::{Book, Comparison, FactKind, Subject, Test};
use kouan_terms::{Bilingual, PersonCount, RouteSet};

use crate::declaration::Bounds;
use crate::diagram::{Compiled, Variable, cells_of};

/// Both languages from one pair.
pub(crate) fn both(zh: impl Into<String>, en: impl Into<String>) -> Bilingual {
    Bilingual { zh: zh.into(), en: en.into() }
}

/// A number of persons with thousands separated, the same in both languages.
pub(crate) fn count(n: u64) -> String {
    PersonCount(n).to_string()
}

/// What is known of a count.
pub(crate) fn bounds(bounds: &Bounds) -> Bilingual {
    let least = count(bounds.at_least);
    match bounds.at_most {
        Some(most) if most == bounds.at_least => both(format!("{least}人"), least),
        Some(most) => {
            let most = count(most);
            both(format!("{least}至{most}人"), format!("{least} to {most}"))
        }
        None => both(format!("至少{least}人"), format!("at least {least}")),
    }
}

/// A range of counts `[from, until)`, as the provisions put it.
pub(crate) fn range(from: u64, until: Option<u64>) -> Bilingual {
    let (least, most) = (count(from), until.map(count));
    match (from, most) {
        (0, Some(_)) if until == Some(1) => both("0人", "0"),
        (0, Some(most)) => both(format!("不满{most}人"), format!("below {most}")),
        (_, Some(most)) if until == from.checked_add(1) => {
            let _ = most;
            both(format!("{least}人"), least)
        }
        (_, Some(most)) => {
            both(format!("{least}人以上、不满{most}人"), format!("at least {least}, below {most}"))
        }
        (0, None) => both("任意人数", "any number"),
        (_, None) => both(format!("{least}人以上"), format!("{least} or more")),
    }
}

/// The values that a set of cells of a fact stands for.
pub(crate) fn cells(book: &Book, var: usize, variable: &Variable, set: u64) -> Bilingual {
    let Some(fact) = book.facts.get(var) else { return Bilingual::default() };
    let parts: Vec<Bilingual> = match &fact.kind {
        FactKind::YesNo => cells_of(set).map(|cell| yes_no(cell == 1)).collect(),
        FactKind::OneOf(words) => cells_of(set)
            .filter_map(|cell| words.get(cell).map(|(_, label)| label.clone()))
            .collect(),
        FactKind::Persons => {
            runs(variable, set).into_iter().map(|(from, until)| range(from, until)).collect()
        }
    };
    join(&parts)
}

/// Neighbouring cells of a count, joined into ranges.
fn runs(variable: &Variable, set: u64) -> Vec<(u64, Option<u64>)> {
    let mut runs: Vec<(u64, Option<u64>)> = Vec::new();
    for cell in cells_of(set) {
        let (from, until) = variable.range_of(cell);
        match runs.last_mut() {
            Some((_, end)) if *end == Some(from) => *end = until,
            _ => runs.push((from, until)),
        }
    }
    runs
}

/// Yes or no.
pub(crate) fn yes_no(value: bool) -> Bilingual {
    if value { both("是", "yes") } else { both("否", "no") }
}

/// Alternatives, one after the other.
pub(crate) fn join(parts: &[Bilingual]) -> Bilingual {
    let zh: Vec<&str> = parts.iter().map(|part| part.zh.as_str()).collect();
    let en: Vec<&str> = parts.iter().map(|part| part.en.as_str()).collect();
    both(zh.join("或者"), en.join(" or "))
}

/// What a comparison asks for, in words.
pub(crate) fn wanted(book: &Book, compiled: &Compiled, comparison: &Comparison) -> Bilingual {
    match (&comparison.subject, &comparison.test) {
        (Subject::Fact(_), Test::Count { from, until }) => range(*from, *until),
        (Subject::Fact(var), test) => {
            compiled.fact_variable(*var).map_or_else(Bilingual::default, |variable| {
                cells(book, *var, variable, crate::verdict::cells_passing(variable, test))
            })
        }
        (Subject::Notion(_), Test::Is(value)) => yes_no(*value),
        (Subject::Notion(_), _) => Bilingual::default(),
    }
}

/// The name of what a comparison asks about.
pub(crate) fn subject(book: &Book, day: kouan_terms::Day, comparison: &Comparison) -> Bilingual {
    match &comparison.subject {
        Subject::Fact(var) => {
            book.facts.get(*var).map_or_else(Bilingual::default, |fact| fact.name.clone())
        }
        Subject::Notion(id) => book
            .notions
            .iter()
            .find(|notion| *notion.id == **id && notion.span.contains(day))
            .map_or_else(|| both(&**id, &**id), |notion| notion.says.clone()),
    }
}

/// A route by its usual name.
pub fn route_name(route: kouan_terms::Route) -> Bilingual {
    use kouan_terms::Route;
    match route {
        Route::None => both("不涉及出境机制", "no mechanism concerned"),
        Route::Exempt => both("免予办理", "exempt"),
        Route::ContractOrCertification => both("标准合同或者认证", "contract or certification"),
        Route::GbaContract => both("粤港澳大湾区标准合同", "Greater Bay Area contract"),
        Route::SecurityAssessment => both("申报安全评估", "security assessment"),
        Route::OtherLawfulRoute => both("其他合法途径", "other lawful route"),
        Route::Prohibited => both("不得提供", "prohibited"),
        Route::Undetermined => both("未定", "undetermined"),
    }
}

/// Several routes, one after the other.
pub fn route_names(routes: RouteSet) -> Bilingual {
    let names: Vec<Bilingual> = routes.iter().map(route_name).collect();
    let zh: Vec<&str> = names.iter().map(|name| name.zh.as_str()).collect();
    let en: Vec<&str> = names.iter().map(|name| name.en.as_str()).collect();
    both(zh.join("，或者"), en.join(", or "))
}

/// What a route means.
#[must_use]
pub fn route_meaning(route: kouan_terms::Route) -> Bilingual {
    use kouan_terms::Route;
    match route {
        Route::None => both(
            "既无个人信息也无重要数据，或者不构成出境：三种机制均不涉及",
            "neither PI nor important data, or no export at all: the mechanisms do not concern it",
        ),
        Route::Exempt => both(
            "属于出境管理范围，但由某一规定免予办理三种机制；告知、影响评估等义务仍在",
            "inside the regime, freed by a provision; notice, impact assessment and the like stay",
        ),
        Route::ContractOrCertification => both(
            "订立个人信息出境标准合同并备案，或者通过个人信息保护认证，由处理者任选",
            "standard contract with filing, or certification; the handler chooses",
        ),
        Route::GbaContract => both(
            "大湾区标准合同：路径之外的自愿选项，从不强制",
            "the Greater Bay Area contract: an option offered beside the route, never forced",
        ),
        Route::SecurityAssessment => both(
            "通过所在地省级网信部门向国家网信部门申报数据出境安全评估",
            "apply to the CAC for a security assessment through the provincial CAC",
        ),
        Route::OtherLawfulRoute => both(
            "改按专门制度办理（如人类遗传资源的报告和备份）",
            "a special regime instead (such as report and backup for human genetic resources)",
        ),
        Route::Prohibited => both(
            "不得提供，或者只有主管机关批准后才可以提供",
            "not at all, or only with a competent authority’s approval",
        ),
        Route::Undetermined => both(
            "现有事实尚不能排除其中至少两种结论",
            "the facts in hand leave at least two of the above open",
        ),
    }
}
