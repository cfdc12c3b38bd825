//! The table.

/// What a number counts, and which of two is better.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Unit {
    Megabytes,
    Milliseconds,
    /// More is better.
    MessagesPerCpuSecond,
}

/// One measurement of both makes.
#[derive(Clone, Debug)]
pub(crate) struct Row {
    pub(crate) what: String,
    pub(crate) ours: f64,
    pub(crate) theirs: f64,
    pub(crate) unit: Unit,
    /// What ours may not exceed.
    pub(crate) goal: Option<f64>,
}

impl Row {
    /// How many times better ours is.
    fn ratio(&self) -> f64 {
        match self.unit {
            Unit::Megabytes | Unit::Milliseconds => self.theirs / self.ours,
            Unit::MessagesPerCpuSecond => self.ours / self.theirs,
        }
    }

    fn cells(&self) -> [String; 5] {
        let show = |value: f64| match self.unit {
            Unit::Megabytes => format!("{value:.1} MB"),
            Unit::Milliseconds => format!("{value:.1} ms"),
            Unit::MessagesPerCpuSecond => format!("{value:.0}"),
        };
        let goal = self.goal.map_or_else(String::new, |goal| {
            format!("<= {}: {}", show(goal), if self.ours <= goal { "met" } else { "MISSED" })
        });
        [self.what.clone(), show(self.ours), show(self.theirs), format!("{:.1} x", self.ratio()), goal]
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
    use super::{Row, Unit, markdown};

    #[test]
    fn ratios_say_how_many_times_better_and_goals_whether_they_are_met() {
        let row = |unit, ours, theirs, goal| Row { what: "it".to_owned(), ours, theirs, unit, goal };
        let table = markdown(&[
            row(Unit::Megabytes, 10.0, 200.0, Some(15.0)),
            row(Unit::Milliseconds, 60.0, 3000.0, Some(50.0)),
            row(Unit::MessagesPerCpuSecond, 90_000.0, 30_000.0, None),
        ]);
        let lines: Vec<&str> = table.lines().collect();
        assert!(lines[2].contains("20.0 x") && lines[2].contains("<= 15.0 MB: met"), "{table}");
        assert!(lines[3].contains("50.0 x") && lines[3].contains("MISSED"), "{table}");
        assert!(lines[4].contains("3.0 x"), "{table}");
        assert!(lines.iter().all(|line| line.chars().count() == lines[0].chars().count()), "{table}");
    }
}
