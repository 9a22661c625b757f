"""The words: each entry leads on to others that are there, and `explain` knows what users meet."""

import re

import pytest

import trustsim as ts
from trustsim import catalogue, schema
from trustsim.errors import plain_name
from trustsim.glossary import ALSO, GLOSSARY, meaning, word_for

WORDS = [word for words in GLOSSARY.values() for word in words]


def test_every_word_stands_once_and_leads_on_to_words_and_names_that_are_there():
    assert len(WORDS) == len(set(WORDS)) > 80
    assert set(ALSO.values()) <= set(WORDS)
    assert not set(ALSO) & set(WORDS)
    named = {*catalogue.names(), "ensemble", "mesa", "explain"}
    for word in WORDS:
        text = meaning(word)
        for other in re.findall(r"\*(.+?)\*", text):
            plain = other.removesuffix("'s")
            assert {plain, plain_name(plain), plain_name(plain.removesuffix("s"))} & named, word
        for name in re.findall(r"`(.+?)`", text):
            assert name in named or name.startswith("+"), (word, name)


@pytest.mark.parametrize(
    "name",
    ["dose", "mature", "bullet", "Silver Bullet", "attrition", "maturity", "talking-shop", "seed",
     "replicate", "arm", "horizon", "start", *schema.STATUSES],
)  # fmt: skip
def test_words_that_users_meet_are_explained(name):
    assert f"{word_for(name)} (word)\n" in ts.explain(name)


def test_a_word_nobody_knows_is_refused_with_the_nearest():
    with pytest.raises(ts.ParameterError, match="Did you mean `tokenistic`"):
        ts.explain("tokenstic")
