//! From the rulebook's standard of labels to the one that the crate of labels works with.

use kouan_label::{CodeRules, ExplicitRules, Field, Kind, Standard};
use kouan_rulebook::labels::LabelStandard;
use kouan_terms::Diagnostic;

use crate::rulebook_source;
use crate::settings::Settings;

/// The words of a kind, on the command line and in documents.
pub const KINDS: [(&str, Kind); 3] =
    [("generated", Kind::Generated), ("possible", Kind::Possible), ("suspected", Kind::Suspected)];

/// The standard in force on the day of the settings, as the rulebook has it and as it is used.
///
/// # Errors
///
/// The findings of the rulebook, or LB130 when none is in force.
pub fn standard(settings: &Settings) -> Result<(LabelStandard, Standard), Vec<Diagnostic>> {
    let labels = rulebook_source::labels(settings.rulebook.as_deref())?;
    let Some(found) = labels.on(settings.on) else {
        return Err(vec![Diagnostic::error("LB130").with("day", settings.on)]);
    };
    Ok((found.clone(), used(found)))
}

/// The word of a member in the rulebook.
pub const fn word(field: Field) -> &'static str {
    match field {
        Field::Label => "label",
        Field::Producer => "producer",
        Field::ProduceId => "produce-id",
        Field::ProducerReserved => "producer-reserved",
        Field::Propagator => "propagator",
        Field::PropagateId => "propagate-id",
        Field::PropagatorReserved => "propagator-reserved",
    }
}

fn used(from: &LabelStandard) -> Standard {
    let members = &from.members;
    let name = |field| match field {
        Field::Label => &members.label,
        Field::Producer => &members.producer,
        Field::ProduceId => &members.produce_id,
        Field::ProducerReserved => &members.producer_reserved,
        Field::Propagator => &members.propagator,
        Field::PropagateId => &members.propagate_id,
        Field::PropagatorReserved => &members.propagator_reserved,
    };
    let field = |member: &str| Field::ALL.into_iter().find(|field| word(*field) == member);
    let earlier =
        from.earlier.iter().filter_map(|old| Some((old.name.clone(), field(&old.member)?)));
    let kinds = [
        (Kind::Generated, from.kinds.generated.clone()),
        (Kind::Possible, from.kinds.possible.clone()),
        (Kind::Suspected, from.kinds.suspected.clone()),
    ];
    Standard {
        key: from.key.clone(),
        namespace: from.namespace.clone(),
        prefix: from.prefix.clone(),
        members: Field::ALL.into_iter().map(|field| (field, name(field).clone())).collect(),
        earlier: earlier.collect(),
        kinds: kinds.into(),
        characters: from.characters.clone(),
        code: CodeRules {
            format: from.code.format.clone(),
            organisation: from.code.organisation,
            credit_code: from.code.credit_code,
            generation: from.code.generation,
            propagation: from.code.propagation,
            no_extension: from.code.no_extension.clone(),
        },
        explicit: ExplicitRules {
            ai_words: from.explicit.ai_words.clone(),
            made_words: from.explicit.made_words.clone(),
            height_percent: from.explicit.height_percent,
            video_seconds: from.explicit.video_seconds,
            rhythm: from.explicit.rhythm.clone(),
            characters_per_minute: from.explicit.characters_per_minute,
        },
        log_months: from.log_months,
    }
}
