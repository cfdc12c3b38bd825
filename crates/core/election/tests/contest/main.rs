//! Many histories by chance: never two leaders, and somebody leads again when the trouble is over.

#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)] // a test's way to fail

mod world;

use world::{Faults, NONE, World};

const HARSH: Faults = Faults { drift: 50, lossy: 30, blow_every_ms: 1500 };

#[test]
fn never_two_lead_and_somebody_does_again() {
    let (mut wins, mut losses) = (0, 0);
    for seed in 0..100 {
        let mut world = World::new(seed, 3, HARSH);
        world.run_until(25_000);
        world.faults = NONE;
        // A freeze lasts four seconds, a write that is late six, a lease two; five are to spare.
        world.run_until(world.now + 17_000);
        assert_eq!(world.two_led_at, None, "seed {seed}");
        assert_eq!(world.leaders().len(), 1, "seed {seed}: nobody leads");
        let before = world.wins;
        world.run_until(world.now + 3_000);
        assert_eq!(world.wins, before, "seed {seed}: it does not stay");
        assert_eq!(world.leaders().len(), 1, "seed {seed}");
        wins += world.wins;
        losses += world.losses;
    }
    assert!(wins > 400 && losses > 250, "{wins} wins and {losses} losses show little");
}

#[test]
fn clocks_that_drift_too_far_are_noticed_by_this_very_test() {
    let wild = Faults { drift: 400, ..HARSH };
    let broken = (0..40).filter(|seed| {
        let mut world = World::new(*seed, 3, wild);
        world.run_until(25_000);
        world.two_led_at.is_some()
    });
    assert!(broken.count() > 0);
}

#[test]
fn without_trouble_the_first_leader_stays() {
    for seed in 0..20 {
        let mut world = World::new(seed, 3, NONE);
        world.run_until_somebody_leads(1000).unwrap();
        world.run_until(30_000);
        assert_eq!((world.wins, world.losses, world.two_led_at), (1, 0, None), "seed {seed}");
    }
}

#[test]
fn after_a_kill_another_one_leads_within_a_second_and_a_half() {
    let mut times: Vec<u64> = (0..400)
        .map(|seed| {
            let mut world = World::with_lengths_alike(seed, 2, NONE);
            world.run_until_somebody_leads(1000).unwrap();
            world.run_until(world.now + 2000 + seed * 7 % 500);
            world.kill(world.leaders()[0]);
            world.run_until_somebody_leads(10_000).unwrap()
        })
        .collect();
    times.sort_unstable();
    assert!(times[times.len() * 95 / 100] < 1400, "{times:?}");
    assert!(times[0] > 500, "{times:?}");
}

#[test]
fn after_a_stop_another_one_leads_at_once() {
    for seed in 0..50 {
        let mut world = World::new(seed, 2, NONE);
        world.run_until_somebody_leads(1000).unwrap();
        world.run_until(world.now + 2000);
        world.stop(world.leaders()[0]);
        assert_eq!(world.leaders(), Vec::<usize>::new());
        let time = world.run_until_somebody_leads(1000).unwrap();
        assert!(time < 400, "seed {seed}: {time} ms");
    }
}
