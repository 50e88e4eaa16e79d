"""The table of moves, walked."""

from clusters.domain.states import FINAL, HOLDS_NAME, MOVES, MOVING, TONES, State, Verb


class TestMoves:
    def test_has_an_arrow_for_every_verb(self):
        assert set(MOVES) == set(Verb)

    def test_reaches_every_state_from_pending(self):
        reached = {State.PENDING}
        while True:
            more = {
                move.target for move in MOVES.values() if reached & set(move.sources)
            }
            if more <= reached:
                break
            reached |= more
        assert reached == set(State)

    def test_leaves_no_final_state(self):
        leaving = {state for move in MOVES.values() for state in move.sources}
        assert leaving & FINAL == set()
        assert set(State) - leaving == FINAL | {State.ACTIVE}

    def test_never_goes_from_unclear_or_sending_to_cancelled(self):
        assert not {State.SENDING, State.UNCLEAR} & set(MOVES[Verb.CANCEL].sources)

    def test_resends_only_from_unclear_and_retries_only_from_failed(self):
        assert MOVES[Verb.RESEND].sources == (State.UNCLEAR,)
        assert MOVES[Verb.RETRY].sources == (State.FAILED,)


class TestGroups:
    def test_give_every_state_a_tone(self):
        assert set(TONES) == set(State)

    def test_never_show_an_open_question_as_bad(self):
        assert TONES[State.UNCLEAR] != TONES[State.FAILED]
        assert TONES[State.SENDING] != TONES[State.FAILED]

    def test_hold_the_name_only_while_something_may_be_sent(self):
        assert set(HOLDS_NAME) < MOVING
