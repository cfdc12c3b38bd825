//! The table.

/// What a number counts; less is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Megabytes,
    Milliseconds,
    CpuMicroseconds,
    CpuSeconds,
    /// Requests to a store.
    Requests,
    /// CPU seconds of the server for each GB that it gives out.
    CpuSecondsPerGigabyte,
}

/// What ours has to reach.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) enum Goal {
    AtMost(f64),
    /// So many times less than theirs.
    TimesBetter(f64),
}

/// One measurement.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) ours: f64,
    /// None where there is nothing to compare with.
    pub(crate) theirs: Option<f64>,
    pub(crate) unit: Unit,
    pub(crate) goal: Option<Goal>,
}

impl Row {
    /// How many times better ours is.
    fn ratio(&self) -> Option<f64> {
        self.theirs.map(|theirs| theirs / self.ours)
    }

    fn show(&self, value: f64) -> String {
        match self.unit {
            Unit::Megabytes => format!("{value:.1} MB"),
            Unit::Milliseconds => format!("{value:.2} ms"),
            Unit::Requests => format!("{value:.0} requests"),
            Unit::CpuMicroseconds => format!("{value:.1} us CPU"),
            Unit::CpuSeconds => format!("{value:.2} s CPU"),
            Unit::CpuSecondsPerGigabyte => format!("{value:.3} s CPU/GB"),
        }
    }

    fn verdict(&self) -> String {
        let (wanted, met) = match self.goal {
            None => return String::new(),
            Some(Goal::AtMost(most)) => (format!("<= {}", self.show(most)), self.ours <= most),
            Some(Goal::TimesBetter(times)) => (format!(">= {times} x"), self.ratio() >= Some(times)),
        };
        format!("{wanted}: {}", if met { "met" } else { "MISSED" })
    }

    fn cells(&self) -> [String; 5] {
        let or_nothing = |text: Option<String>| text.unwrap_or_default();
        [
            self.what.clone(),
            self.show(self.ours),
            or_nothing(self.theirs.map(|theirs| self.show(theirs))),
            or_nothing(self.ratio().map(|ratio| format!("{ratio:.1} x"))),
            self.verdict(),
        ]
    }
}

/// The rows as a table that reads well as plain text too.
pub(crate) fn markdown(rows: &[Row]) -> String {
    let heads = ["", "Hearth", "Spark 3.5.7 (JVM)", "ratio", "goal"].map(str::to_owned);
    let cells: Vec<[String; 5]> = std::iter::once(heads).chain(rows.iter().map(Row::cells)).collect();
    let width = |column: usize| cells.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths: Vec<usize> = (0..5).map(width).collect();
    let mut text = String::new();
    for (number, row) in cells.iter().enumerate() {
        text.push('|');
        for (cell, width) in row.iter().zip(&widths) {
            text.push_str(&format!(" {cell:<width$} |"));
        }
        text.push('\n');
        if number == 0 {
            let rules: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
            text.push_str(&format!("|{}|\n", rules.join("|")));
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::{Goal, Row, Unit, markdown};

    #[test]
    fn ratios_say_how_many_times_better_and_goals_whether_they_are_met() {
        let row = |unit, ours, theirs, goal| Row { what: "it".to_owned(), ours, theirs, unit, goal };
        let table = markdown(&[
            row(Unit::Megabytes, 10.0, Some(200.0), Some(Goal::AtMost(15.0))),
            row(Unit::Milliseconds, 60.0, None, Some(Goal::AtMost(50.0))),
            row(Unit::CpuSeconds, 1.0, Some(21.0), Some(Goal::TimesBetter(20.0))),
            row(Unit::CpuMicroseconds, 10.0, Some(30.0), Some(Goal::TimesBetter(20.0))),
        ]);
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[2].contains("20.0 x") && lines[2].contains("<= 15.0 MB: met"), "{table}");
        assert!(!lines[3].contains(" x ") && lines[3].contains("MISSED"), "{table}");
        assert!(lines[4].contains("21.0 x") && lines[4].contains(">= 20 x: met"), "{table}");
        assert!(lines[5].contains("3.0 x") && lines[5].contains("MISSED"), "{table}");
        assert!(lines.iter().all(|line| line.chars().count() == lines[0].chars().count()), "{table}");
    }
}
