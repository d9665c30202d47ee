//! Settings, given and changed.

use std::time::Duration;

use super::super::{Budget, BudgetConfig, Funded, GrpcThrottle, Ratio};
use super::{affords, funded, kinds, seen, spend, times};

#[test]
fn s_rt_5_the_defaults_are_those_of_the_docs() {
    let Funded { per_success, cap, start } = Funded::default();
    assert_eq!((per_success, cap, start), (0.1, 10.0, 1.0));
    let Ratio { share, window, reserve } = Ratio::default();
    assert_eq!((share, window, reserve), (0.1, Duration::from_secs(10), 0));
    let GrpcThrottle { max_tokens, token_ratio } = GrpcThrottle::default();
    assert_eq!((max_tokens, token_ratio), (10, 0.1));
    assert_eq!(Budget::default().config(), BudgetConfig::Funded(Funded::default()));
    assert!(kinds().iter().all(|config| config.validate().is_ok()));
}

#[test]
fn s_15_budgets_that_make_no_sense_are_refused_by_name() {
    let (funded, ratio) = (Funded::default(), Ratio::default());
    let throttle = GrpcThrottle::default();
    let bad: [(BudgetConfig, _); 15] = [
        (funded.per_success(0.0).into(), "funded.per_success"),
        (funded.per_success(1.1).into(), "funded.per_success"),
        (funded.per_success(f64::NAN).into(), "funded.per_success"),
        (funded.cap(0.5).into(), "funded.cap"),
        (funded.cap(10_001.0).into(), "funded.cap"),
        (funded.start(10.1).into(), "funded.start"),
        (funded.start(-0.1).into(), "funded.start"),
        (ratio.share(0.0).into(), "ratio.share"),
        (ratio.share(1.5).into(), "ratio.share"),
        (ratio.window(Duration::from_millis(99)).into(), "ratio.window"),
        (ratio.window(Duration::from_secs(601)).into(), "ratio.window"),
        (ratio.reserve(10_001).into(), "ratio.reserve"),
        (throttle.max_tokens(0).into(), "grpc_throttle.max_tokens"),
        (throttle.max_tokens(1_001).into(), "grpc_throttle.max_tokens"),
        (throttle.token_ratio(0.0).into(), "grpc_throttle.token_ratio"),
    ];
    for (config, field) in bad {
        assert_eq!(Budget::new(config).unwrap_err().field(), field, "{config:?}");
    }
    let most = funded.per_success(1.0).cap(10_000.0).start(10_000.0);
    assert_eq!(Budget::new(most).unwrap().snapshot().tokens, 10_000.0);
    let most = throttle.max_tokens(1_000).token_ratio(1_000.0);
    assert_eq!(Budget::new(most).unwrap().snapshot().limit, 1_000.0);
}

#[cfg(feature = "serde")]
#[test]
fn s_15_a_file_is_read_and_what_it_does_not_know_is_refused_with_its_line() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    struct File {
        budget: BudgetConfig,
    }
    let read = |text: &str| toml::from_str::<File>(text).map(|file| file.budget);
    assert_eq!(read("budget = 'unlimited'").unwrap(), BudgetConfig::Unlimited);
    assert_eq!(read("[budget.funded]").unwrap(), BudgetConfig::default());
    let ratio = Ratio::default().share(0.25).window(Duration::from_secs(30));
    let text = "[budget.ratio]\nshare = 0.25\nwindow = '30s'";
    assert_eq!(read(text).unwrap(), ratio.into());
    assert_eq!(
        read("budget = { grpc_throttle = { max_tokens = 20 } }").unwrap(),
        GrpcThrottle::default().max_tokens(20).into()
    );
    for budget in kinds() {
        let written = toml::to_string(&File { budget }).unwrap();
        assert_eq!(read(&written).unwrap(), budget);
    }

    let said = read("[budget.funded]\nper_second = 1").unwrap_err().to_string();
    assert!(said.contains("line 2") && said.contains("per_second"), "{said}");
    assert!(read("budget = 'endless'").is_err());
}

#[test]
fn s_16_other_settings_keep_what_is_held() {
    let budget = funded(Funded::default().start(5.0));
    budget.reconfigure(Funded::default().per_success(0.5).cap(20.0).start(1.0)).unwrap();
    budget.succeed();
    assert_eq!(seen(&budget), (5.5, 20.0, 0, 0));
    budget.reconfigure(Funded::default().cap(3.0)).unwrap();
    assert_eq!(seen(&budget), (3.0, 3.0, 0, 0));

    let throttle = Budget::grpc_throttle(10, 0.1).unwrap();
    throttle.fail();
    throttle.reconfigure(GrpcThrottle::default().max_tokens(20)).unwrap();
    assert_eq!(seen(&throttle), (9.0, 20.0, 0, 0));

    let ratio = Budget::new(Ratio::default().share(1.0)).unwrap();
    times(10, || ratio.succeed());
    assert!(spend(ratio.draw()));
    ratio.reconfigure(Ratio::default().share(0.5)).unwrap();
    assert_eq!(seen(&ratio), (4.0, 5.0, 1, 0));
}

#[test]
fn another_kind_of_budget_starts_anew_and_keeps_its_counts() {
    let budget = Budget::default();
    assert_eq!(affords(&budget), 1);
    for (config, tokens) in [
        (GrpcThrottle::default().into(), 10.0),
        (Ratio::default().reserve(2).into(), 2.0),
        (BudgetConfig::Unlimited, f64::INFINITY),
        (Funded::default().start(7.0).into(), 7.0),
    ] {
        budget.reconfigure(config).unwrap();
        let seen = budget.snapshot();
        assert_eq!((seen.tokens, seen.spent, seen.refused), (tokens, 1, 1), "{config:?}");
    }
}

#[test]
fn s_16_settings_that_are_refused_leave_the_old_ones_in_force() {
    let budget = Budget::default();
    let error = budget.reconfigure(Funded::default().cap(0.0)).unwrap_err();
    assert_eq!(error.field(), "funded.cap");
    assert_eq!((budget.config(), seen(&budget).1), (BudgetConfig::default(), 10.0));
}

#[test]
fn a_token_that_comes_back_to_a_budget_of_another_kind_is_gone() {
    let budget = Budget::default();
    let token = budget.draw();
    budget.reconfigure(Ratio::default()).unwrap();
    drop(token);
    assert_eq!(budget.snapshot().tokens, 0.0);

    let ratio = Budget::new(Ratio::default().reserve(1)).unwrap();
    let token = ratio.draw();
    ratio.reconfigure(Funded::default().start(0.0)).unwrap();
    drop(token);
    assert_eq!(ratio.snapshot().tokens, 0.0);
}
