"""A list that holds something twice is found as the stock validator finds it, and in one walk."""

from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from timebank.rules.repeated import repeated

values = st.recursive(
    st.one_of(st.booleans(), st.integers(0, 2), st.sampled_from([0.0, 1.0, "a", "1", "true"])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=2), st.dictionaries(st.sampled_from("ab"), inner, max_size=2)
    ),
    max_leaves=4,
)
STOCK = Draft202012Validator({"uniqueItems": True})


@given(st.lists(values, max_size=6))
def test_what_stands_twice_is_found_as_by_the_stock_validator(items):
    assert bool(list(repeated(items))) is not STOCK.is_valid(items)


def test_each_repetition_is_named_by_its_place():
    assert list(repeated(["a", 1, "a", True, 1.0, "a"])) == [2, 4, 5]
