//! Weighs what a column is called and what it holds: classes, confidence, evidence.
