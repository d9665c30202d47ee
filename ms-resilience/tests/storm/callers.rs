//! The callers: 280 calls per second come, whatever became of those before.

use std::cell::Cell;
use std::rc::Rc;
use std::time::Duration;

use ms_core::clock::{later, now, sleep};
use ms_core::rng::Rng;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

use crate::service::{Outage, Workers};
use crate::stacks::Process;

const RATE: f64 = 280.0;
const HEALTHY: Duration = Duration::from_secs(10);
const OUTAGE: Duration = Duration::from_secs(10);
const GRACE: Duration = Duration::from_secs(10);
const MEASURED: Duration = Duration::from_secs(10);

/// One run.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Storm {
    pub(crate) seed: u64,
    pub(crate) processes: usize,
}

/// The share of the calls that succeed, of those that begin from ten seconds after the outage on.
pub(crate) fn goodput(storm: Storm, stack: fn() -> Process) -> f64 {
    let runtime = Builder::new_current_thread().enable_time().start_paused(true).build().unwrap();
    LocalSet::new().block_on(&runtime, run(storm, stack))
}

async fn run(storm: Storm, stack: fn() -> Process) -> f64 {
    let start = now();
    let outage = Outage { begins: later(start, HEALTHY), ends: later(start, HEALTHY + OUTAGE) };
    let workers = Workers::new(storm.seed, outage);
    let processes: Vec<_> = (0..storm.processes).map(|_| stack().around(workers.clone())).collect();
    let chance = Rng::seeded(storm.seed.wrapping_mul(0x9E37_79B9));
    let (good, all) = (Rc::new(Cell::new(0_u32)), Rc::new(Cell::new(0_u32)));
    let measured = later(outage.ends, GRACE)..later(outage.ends, GRACE + MEASURED);
    let mut calls = Vec::new();
    let mut at = start;
    while at < measured.end {
        // At absolute times: a late one does not put off those after it.
        at = later(at, gap(&chance));
        sleep(at.saturating_duration_since(now())).await;
        let which = usize::try_from(chance.below(storm.processes as u64)).unwrap();
        let call = processes[which].call();
        let (good, all, counts) = (Rc::clone(&good), Rc::clone(&all), measured.contains(&at));
        let call = tokio::task::spawn_local(async move {
            let answered = call.await;
            if counts {
                all.set(all.get() + 1);
                good.set(good.get() + u32::from(answered));
            }
        });
        if counts {
            calls.push(call);
        }
    }
    for call in calls {
        call.await.unwrap();
    }
    assert!(all.get() > 2000, "there are calls to look at");
    f64::from(good.get()) / f64::from(all.get())
}

fn gap(chance: &Rng) -> Duration {
    Duration::from_secs_f64(-(1.0 - chance.unit()).ln() / RATE)
}
