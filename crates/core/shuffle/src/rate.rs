//! How much per second, over the last minute or so.

/// A rate that forgets: what happened a minute ago counts little more than a third of what happens now.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Rate {
    per_second: f64,
    last_total: u64,
    is_warm: bool,
}

const MINUTE_S: f64 = 60.0;

impl Rate {
    /// So much in all by now, `elapsed_s` after the last time this was said.
    pub fn observe(&mut self, total: u64, elapsed_s: f64) {
        if elapsed_s <= 0.0 {
            return;
        }
        #[expect(clippy::cast_precision_loss, reason = "a rate is no count")]
        let now = total.saturating_sub(self.last_total) as f64 / elapsed_s;
        self.last_total = total;
        if self.is_warm {
            self.per_second += (now - self.per_second) * (1.0 - (-elapsed_s / MINUTE_S).exp());
        } else {
            (self.per_second, self.is_warm) = (now, true);
        }
    }

    /// The rate.
    pub fn per_second(&self) -> f64 {
        self.per_second
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn it_follows_what_happens_and_forgets_it() {
        let mut rate = Rate::default();
        rate.observe(500, 5.0);
        assert!((rate.per_second() - 100.0).abs() < 1e-9);
        for _ in 0..200 {
            rate.observe(500, 5.0);
        }
        assert!(rate.per_second() < 0.01, "{rate:?}");
        rate.observe(400, 5.0);
        rate.observe(900, 0.0);
        assert!(rate.per_second() < 0.01, "{rate:?}");
    }
}
