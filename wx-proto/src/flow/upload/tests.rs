use proptest::prelude::*;

use super::*;
use crate::flow::Flow;

const CAUSE: Cause = Cause::Store;

fn run(state: &mut State, inputs: &[Input]) -> Vec<Effect> {
    inputs.iter().flat_map(|input| state.apply(input.clone())).collect()
}

/// Has its turn and leaves.
fn leave(state: &mut State) -> Point {
    run(state, &[Input::Turn, Input::Stored]);
    let State::InFlight(point) = state else { panic!("{state:?}") };
    *point
}

#[test]
fn chunks_follow_one_another_and_the_last_brings_the_media_id() {
    let mut state = start(3, true, false);
    assert_eq!(leave(&mut state).step, Step::Check);
    run(&mut state, &[Input::Permitted, Input::Stored]);
    for number in 0..3 {
        let State::InFlight(point) = &state else { panic!("{state:?}") };
        assert_eq!(point.step, Step::Chunk(number));
        run(&mut state, &[Input::Taken { media: number == 2 }, Input::Stored]);
    }
    assert_eq!(state, State::Uploaded);
}

#[test]
fn a_file_that_the_server_has_is_not_sent() {
    let mut state = start(3, true, false);
    leave(&mut state);
    run(&mut state, &[Input::Known]);
    assert_eq!(state, State::Uploaded);
}

#[test]
fn a_lost_chunk_is_sent_again_at_its_place() {
    let mut state = start(3, false, false);
    leave(&mut state);
    run(&mut state, &[Input::Taken { media: false }, Input::Stored]);
    for _ in 0..100 {
        let effects = run(&mut state, &[Input::Lost(CAUSE)]);
        assert_eq!(effects, [Effect::HoldBack(CAUSE)]);
        assert_eq!(leave(&mut state).step, Step::Chunk(1));
    }
}

#[test]
fn a_server_that_forgets_gets_the_file_from_its_start_once_more() {
    let no = Input::Refused { ret: 1, message: "no".into() };
    let mut state = start(3, false, false);
    for round in 0..2 {
        assert_eq!(leave(&mut state).step, Step::Chunk(0));
        run(&mut state, &[Input::Taken { media: false }, Input::Stored]);
        let effects = run(&mut state, std::slice::from_ref(&no));
        if round == 0 {
            assert_eq!(effects, [Effect::Anew, Effect::Store]);
        } else {
            let error = OpError::Refused { ret: 1, message: "no".into() };
            assert_eq!(effects, [Effect::Fail(error), Effect::Through]);
        }
    }
    assert_eq!(state, State::Over);
}

#[test]
fn useless_replies_are_bounded() {
    let mut state = start(1, false, false);
    let mut asked = 0;
    while state != State::Over {
        leave(&mut state);
        asked += 1;
        run(&mut state, &[Input::Taken { media: false }]);
    }
    assert_eq!(asked, usize::from(ATTEMPTS) * 2);
}

#[test]
fn a_server_without_the_parallel_address_gets_the_chunks_one_by_one() {
    let mut state = start(2, false, true);
    assert!(leave(&mut state).parallel);
    run(&mut state, &[Input::Refused { ret: 404, message: String::new() }, Input::Stored]);
    let State::InFlight(point) = state else { panic!("{state:?}") };
    assert_eq!((point.step, point.parallel, point.restarts), (Step::Chunk(0), false, 0));
}

fn input() -> impl Strategy<Value = Input> {
    prop_oneof![
        4 => Just(Input::Turn),
        6 => Just(Input::Stored),
        1 => Just(Input::Known),
        2 => Just(Input::Permitted),
        6 => any::<bool>().prop_map(|media| Input::Taken { media }),
        2 => Just(Input::Lost(CAUSE)),
        2 => Just(Input::Useless(CAUSE)),
        1 => Just(Input::Refused { ret: 1, message: String::new() }),
        1 => Just(Input::TooOften),
    ]
}

proptest! {
    #[test]
    fn no_request_leaves_that_is_not_stored_and_none_is_skipped(
        chunks in 1_u64..5,
        checked in any::<bool>(),
        parallel in any::<bool>(),
        inputs in prop::collection::vec(input(), 0..200),
    ) {
        let mut state = start(chunks, checked, parallel);
        let mut stored = None;
        let mut next = 0;
        for input in inputs {
            let effects = state.apply(input);
            if effects.contains(&Effect::Anew) {
                next = 0;
            }
            if let State::Claimed(point) = &state
                && effects.contains(&Effect::Store)
            {
                stored = Some(*point);
            }
            if effects.contains(&Effect::Ask) {
                let State::InFlight(point) = state else { panic!("{state:?}") };
                prop_assert_eq!(Some(point), stored);
                if let Step::Chunk(number) = point.step {
                    prop_assert!(number <= next, "{} after {}", number, next);
                    prop_assert!(number < chunks);
                    next = next.max(number + 1);
                }
                prop_assert!(point.restarts <= RESTARTS && point.failures < ATTEMPTS);
            }
        }
    }
}
