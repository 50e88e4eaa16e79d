"""How failed sign-ins are counted, without a database."""

from datetime import UTC, datetime, timedelta

import pytest

from clusters.domain.sign_in_limits import (
    LIMITS,
    WINDOW,
    Kind,
    Tally,
    counted_by,
    milliseconds,
    network_of,
)

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
MINUTE = timedelta(minutes=1)


def at(minutes: float) -> int:
    return milliseconds(NOON + minutes * MINUTE)


def tally_of(*failed: float, trying: tuple[float, ...] = ()) -> Tally:
    return Tally.read(
        [at(each) for each in failed], [at(each) for each in trying], NOON
    )


def keys_of(**changes: str) -> dict[Kind, str]:
    typed = {"name": "bob", "account": "bob", "address": "192.0.2.1", "browser": ""}
    return {each.kind: each.key for each in counted_by(**{**typed, **changes})}


class TestLimits:
    def test_are_those_of_the_contract(self) -> None:
        assert LIMITS == {"pair": 5, "name": 20, "address": 100, "browser": 5}
        assert WINDOW.total_seconds() == 15 * 60


class TestTally:
    def test_is_open_below_the_limit(self) -> None:
        assert tally_of(-1, -2, -3, -4).limited_until(Kind.PAIR) is None

    def test_closes_until_the_oldest_that_counts_is_15_minutes_old(self) -> None:
        five = tally_of(-14, -4, -3, -2, -1)
        assert five.limited_until(Kind.PAIR) == NOON + MINUTE

    def test_forgets_what_is_older_than_15_minutes(self) -> None:
        assert tally_of(-15, -14.99, -1).failed == (at(-14.99), at(-1))

    def test_counts_in_any_15_minutes_and_not_in_those_of_a_clock(self) -> None:
        late_and_early = tally_of(-14, -13.9, -13.8, -13.7, -0.1)
        assert late_and_early.limited_until(Kind.PAIR) == NOON + MINUTE

    def test_drops_what_a_wrong_clock_wrote_far_ahead(self) -> None:
        assert tally_of(24 * 60, 16, 15).failed == ()

    def test_is_full_by_tries_in_flight_and_not_limited_yet(self) -> None:
        full = tally_of(-1, -1, -1, trying=(0, 0))
        assert full.is_full(Kind.PAIR)
        assert full.limited_until(Kind.PAIR) is None

    def test_counts_a_try_as_failed_whose_process_is_gone(self) -> None:
        lost = tally_of(-1, -1, -1, -1, trying=(-0.6,))
        assert lost.limited_until(Kind.PAIR) == NOON + 14 * MINUTE

    def test_counts_a_late_refusal_once(self) -> None:
        lost = tally_of(trying=(-0.6,))
        assert lost.refused(at(-0.6)).failed == (at(-0.6),)

    def test_forgets_a_try_that_was_right_and_only_that(self) -> None:
        assert tally_of(-1, trying=(0, 0)).succeeded(at(0), clears=False) == tally_of(
            -1, trying=(0,)
        )

    def test_forgets_a_right_one_that_was_given_up(self) -> None:
        assert tally_of(trying=(-0.6,)).succeeded(at(-0.6), clears=False) == tally_of()

    def test_forgets_all_where_a_right_one_clears(self) -> None:
        cleared = tally_of(-2, -1, trying=(0,)).succeeded(at(0), clears=True)
        assert cleared == tally_of()


class TestNetworkOf:
    @pytest.mark.parametrize(
        ("address", "network"),
        [
            ("192.0.2.1", "192.0.2.1"),
            ("2001:db8:1:2:3::4", "2001:db8:1:2::/64"),
            ("2001:db8:1:2:ffff::", "2001:db8:1:2::/64"),
            ("::ffff:192.0.2.1", "192.0.2.1"),
            ("fe80::1%eth0", "fe80::/64"),
            ("fe80::1%" + "z" * 300, "fe80::/64"),
            ("", "unknown"),
            ("no address", "unknown"),
        ],
    )
    def test_is_what_one_customer_has(self, address: str, network: str) -> None:
        assert network_of(address) == network


class TestCountedBy:
    def test_is_name_address_and_both(self) -> None:
        assert set(keys_of()) == {Kind.PAIR, Kind.NAME, Kind.ADDRESS}

    def test_is_the_known_browser_alone(self) -> None:
        assert set(keys_of(browser="abc")) == {Kind.BROWSER}

    def test_differs_by_name_only_where_the_name_counts(self) -> None:
        bob, eve = keys_of(), keys_of(name="eve")
        assert {kind for kind in bob if bob[kind] != eve[kind]} == {"pair", "name"}

    def test_takes_any_name_and_keeps_one_length(self) -> None:
        for name in ("", "x" * 100_000, "a\0b", "\ud800"):
            assert {len(key) for key in keys_of(name=name).values()} == {64}

    def test_tells_operators_names_of_accounts_only(self) -> None:
        typed = counted_by(
            name="my-Passw0rd", account="", address="192.0.2.1", browser=""
        )
        assert {each.name for each in typed} == {""}
        assert not [each for each in typed if "my-Passw0rd" in each.key]
