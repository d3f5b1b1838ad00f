//! `regorus`: the interpreter, and the register machine that came later.
//!
//! The policy is compiled once. Each input is a finished `Value`, so that setting it costs one
//! reference count; no JSON is read while the clock runs. What comes back is the route's name.

use std::sync::Arc;

use kouan_terms::Route;
use regorus::languages::rego::compiler::Compiler;
use regorus::rvm::RegoVM;
use regorus::{Engine as Interpreter, Value};

use super::{Answer, Engine, Setting, answers};

const POLICY: &str = include_str!("../../policies/national-2026-11-22.rego");
const ROUTE: &str = "data.kouan.national.route";

struct Machine {
    machine: RegoVM,
    inputs: Vec<Value>,
}

/// The register machine, loaded with the compiled program.
pub fn prepare_machine<'a>(setting: &Setting<'a>) -> Result<Box<dyn Engine + 'a>, String> {
    let compiled = interpreter()?
        .compile_with_entrypoint(&ROUTE.into())
        .map_err(|error| format!("regorus: {error}"))?;
    let program = Compiler::compile_from_policy(&compiled, &[ROUTE])
        .map_err(|error| format!("regorus machine: {error}"))?;
    let mut machine = RegoVM::new();
    machine.load_program(Arc::clone(&program));
    Ok(Box::new(Machine { machine, inputs: inputs(setting)? }))
}

impl Engine for Machine {
    fn decide(&mut self, cell: usize) -> Option<Route> {
        self.machine.set_input(self.inputs.get(cell)?.clone());
        route(&self.machine.execute_entry_point_by_index(0).ok()?)
    }
}

struct Interpreted {
    engine: Interpreter,
    inputs: Vec<Value>,
}

/// The interpreter, with its policy parsed and analysed.
pub fn prepare_interpreter<'a>(setting: &Setting<'a>) -> Result<Box<dyn Engine + 'a>, String> {
    Ok(Box::new(Interpreted { engine: interpreter()?, inputs: inputs(setting)? }))
}

impl Engine for Interpreted {
    fn decide(&mut self, cell: usize) -> Option<Route> {
        self.engine.set_input(self.inputs.get(cell)?.clone());
        route(&self.engine.eval_rule(ROUTE.to_owned()).ok()?)
    }
}

fn interpreter() -> Result<Interpreter, String> {
    let mut engine = Interpreter::new();
    engine
        .add_policy("national.rego".to_owned(), POLICY.to_owned())
        .map_err(|error| format!("regorus: {error}"))?;
    Ok(engine)
}

fn inputs(setting: &Setting<'_>) -> Result<Vec<Value>, String> {
    let input = |cell: &Vec<u64>| {
        let mut object = std::collections::BTreeMap::new();
        for (name, answer) in answers(setting.book, cell)? {
            let value = match answer {
                Answer::YesNo(value) => Value::from(value),
                Answer::Word(word) => Value::from(word),
                Answer::Count(count) => Value::from(count),
            };
            object.insert(Value::from(name), value);
        }
        Ok(Value::from(object))
    };
    setting.cells.iter().map(input).collect()
}

fn route(value: &Value) -> Option<Route> {
    Route::parse(value.as_string().ok()?)
}
