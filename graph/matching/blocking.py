"""Candidate pairs: parties whose names share enough to be looked at, found by the record store's own engine.

Every name gives keys; parties that share a key are compared. A key is the consonants of what is heard, so that vowels,
doubled letters and alphabets make no difference:

- the whole name in its order and in the alphabet's, without words of legal forms (``w``, ``s``);
- each of an organisation's two rarest words (``t``), and the first and last five consonants of its name (``p``, ``e``):
  of the parties that share one of these alone, those are compared whose names are one or two letters apart;
- for a branch, every few words in a row of its name, of which some may be the head's (``w``);
- each word of a person's name, or of a sole business's, with the first letter of another, patronymics left out (``n``).

Parties with numbers of one scheme are never compared, but for branches with heads. A key that makes more comparisons
than its limit is cut: there parties are compared that also share a region, a birth year, a contact or a tie.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

import ibis
import ibis.expr.types as ir
from ibis import _

from graph.market.records import Records
from graph.matching.branches import DIVISION, PART_OF
from graph.matching.forms import FAMILIES, FORM_WORDS
from graph.matching.sound import sound, sound_of
from graph.matching.words import WEAK, standing

WHOLE, PART = 5_000, 500
"""The most comparisons that a key of a whole name, and one of a part of it, is followed into."""
SHARED_BY_MANY = 20
"""A contact or tie that more parties than this have says nothing of any two of them."""
_ENDS = 5
"""So many consonants at either end survive a slip at the other."""
_LONG = 8
"""From so many consonants on, names may be two letters apart, as two swapped ones make them."""
_SOLE = ("IE", "FARM")
"""Legal forms of businesses that bear the names of their owners."""
_CALLED_BRANCH = "^(филиал|представителств|окилди|бранч|репресентатив|обособлен|подразделен)"
"""What begins like this, as it sounds, calls a name a branch's."""
_PATRONYMIC = "(ович|евич|овна|евна|ична|ули|кизи)$"


@dataclass(frozen=True, slots=True)
class Blocks:
    """``pairs`` has ``left`` and ``right``, node ids in this order, each pair once; ``namesakes`` has ``id`` and
    ``count``, how many parties bear its name; ``cut`` is how many keys were too common."""

    pairs: ir.Table
    namesakes: ir.Table
    cut: int


class Blocking:
    """Makes the tables, each computed once and held by the engine for the session."""

    def __init__(self, records: Records) -> None:
        self._records = records
        self._whole: ir.Table

    def blocks(self) -> Blocks:
        """See :class:`Blocks`."""
        keys = self._keep("match_keys", self._keys())
        sizes = self._keep("match_sizes", _sizes(keys))
        kept = keys.semi_join(sizes.filter(_.comparisons <= _.most), "key")
        large = sizes.filter((_.comparisons > _.most) & (_.parties > 1)).select("key", "most")
        finer = keys.inner_join(large, "key").inner_join(self.extras, "id")
        finer = finer.select("id", "scheme", key=_.key + "|" + _.extra, most=_.most).distinct()
        finer = self._keep("match_finer", finer)
        small = _sizes(finer).filter(_.comparisons <= _.most).select("key")
        both = ibis.union(
            kept.select("id", "scheme", "key"), finer.semi_join(small, "key").select("id", "scheme", "key")
        )
        pairs = self._keep("match_pairs", self._pairs(self._keep("match_blocks", both)))
        whole = keys.filter(_.key.startswith("organisation w") | _.key.startswith("person w"))
        named = whole.group_by("key").agg(count=_.id.nunique())
        namesakes = whole.inner_join(named, "key").group_by("id").agg(count=_["count"].max())
        return Blocks(pairs, self._keep("namesakes", namesakes), int(large.count().execute()))

    def _pairs(self, blocks: ir.Table) -> ir.Table:
        """The pairs in the blocks; those that share part of a name only, where the whole names are close."""
        one = blocks.select("key", left="id", left_scheme="scheme")
        other = blocks.select("key", right="id", right_scheme="scheme")
        both = one.inner_join(other, "key").filter(_.left < _.right)
        apart = _.left_scheme.isnull() | _.right_scheme.isnull() | (_.left_scheme != _.right_scheme)
        found = both.filter(apart).select("left", "right", part=_.key.re_search("^organisation [pet]:"))
        found = self._keep("match_found", found.group_by("left", "right").agg(part=_.part.all()))
        ours = self._whole.select(left="id", whole="whole", ordered="ordered")
        theirs = self._whole.select(right="id", other_whole="whole", other_ordered="ordered")
        named = found.filter(_.part).inner_join(ours, "left").inner_join(theirs, "right")
        near = _near(named.whole, named.other_whole) | _near(named.ordered, named.other_ordered)
        close = named.filter(near).select("left", "right").distinct()
        return ibis.union(found.filter(~_.part).select("left", "right"), close)

    def _keep(self, name: str, table: ir.Table) -> ir.Table:
        return self._records.keep(name, table)

    @cached_property
    def mentions(self) -> ir.Table:
        """``id``, ``kind``, ``name``, ``scheme``, ``number``, ``problem``, ``country``, ``region``, ``birth_date`` as
        source records say them, of organisations and of persons who are known."""
        none = ibis.null("string")
        firms = self._records.organisation_mentions.mutate(kind=ibis.literal("organisation"), birth_date=none)
        persons = self._records.person_mentions.filter(_.kind == "known")
        persons = persons.mutate(kind=ibis.literal("person"), country=none, region=none)
        return self._keep(
            "match_mentions", ibis.union(firms.select(*_COLUMNS), persons.select(*_COLUMNS), distinct=True)
        )

    @cached_property
    def contacts(self) -> ir.Table:
        """``id`` and ``extra``: contacts that few parties have, by kind and normal form."""
        told = self._records.contacts.select(id="party", extra=_.kind + ":" + _.normal).distinct()
        return self._keep("match_contacts", _of_few(told))

    @cached_property
    def ties(self) -> ir.Table:
        """``id`` and ``extra``: the other ends of ownerships and offices in companies, where these have few."""
        owned, run = self._records.ownerships, self._records.officers
        ends = [owned.select(id="owner", extra="company"), owned.select(id="company", extra="owner"),
                run.select(id="person", extra="company"), run.select(id="company", extra="person")]  # fmt: skip
        return self._keep("match_ties", _of_few(ibis.union(*ends).distinct()))

    @cached_property
    def extras(self) -> ir.Table:
        """``id`` and ``extra``: all that two parties can have in common beside their names."""
        told = self.mentions
        placed, dated = told.filter(_.region.notnull()), told.filter(_.birth_date.notnull())
        region = placed.select("id", extra=ibis.literal("region:") + sound_of(placed.region))
        born = dated.select("id", extra=ibis.literal("born:") + dated.birth_date.left(4))
        return self._keep("match_extras", ibis.union(region, born, self.contacts, self.ties).distinct())

    def _keys(self) -> ir.Table:
        """``id``, ``scheme`` and ``key``."""
        told = self.mentions.filter(_.name.notnull())
        names = self._keep("match_names", told.select("name").distinct())
        sounds = self._keep("match_sounds", names.mutate(heard=sound_of(names.name)))
        heard = told.select("id", "kind", "name").inner_join(sounds, "name")
        heard = heard.select("id", "kind", "heard").distinct().filter(_.heard != "")
        several = heard.mutate(words=_.heard.split(" "))
        placed = several.mutate(place=ibis.range(0, several.words.length(), 1)).unnest("place")
        words = placed.mutate(word=_.words[_.place])
        owners = words.semi_join(_listed(_form_sounds(_SOLE)), "word").select("id", "heard").distinct()
        firm = {"kind": ibis.literal("organisation")}
        words = words.anti_join(_listed(_form_sounds(FAMILIES)).mutate(**firm), ["kind", "word"])
        known = standing()
        ideas = ibis.memtable({"word": list(known), "idea": list(known.values())}).mutate(**firm)
        words = words.left_join(ideas, ["kind", "word"]).select("id", "kind", "heard", "place", "word", "idea")
        words = words.mutate(bones=_bones(ibis.coalesce(words.idea, words.word))).drop("idea")
        spoken = self._keep("match_words", words)
        words = spoken.anti_join(_listed(WEAK).mutate(**firm), ["kind", "word"])
        numbered = self.mentions.filter(_.problem.isnull() & _.number.notnull()).group_by("id")
        scheme = ibis.ifelse(_.scheme.min().startswith("KZ-"), "KZ", _.scheme.min())
        part = ((_.scheme == "KZ-BIN") & _.number.substr(DIVISION, 1).isin(list(PART_OF))).any()
        scheme = numbered.agg(scheme=ibis.ifelse(part, "KZ branch", scheme))
        self._whole = self._keep("match_whole", _whole(words))
        people = ibis.union(spoken.filter(_.kind == "person"), spoken.semi_join(owners, ["id", "heard"]), distinct=True)
        keys = ibis.union(_of_whole(self._whole), _rare(words), _of_branches(words), _of_persons(people)).distinct()
        return keys.left_join(scheme, "id").select("id", "scheme", "most", key=_.kind + " " + _.key)


_COLUMNS = ("id", "kind", "name", "scheme", "number", "problem", "country", "region", "birth_date")


def _form_sounds(codes: Iterable[str]) -> set[str]:
    """What words of legal forms sound like; a single letter may be an initial."""
    return {heard for code in codes for word in FORM_WORDS[code] if len(heard := sound(word)) > 1}


def _listed(words: Iterable[str]) -> ir.Table:
    return ibis.memtable({"word": sorted(words)}, schema={"word": "string"})


def _bones(word: ir.StringValue) -> ir.StringValue:
    """The consonants of a word; the word as it is where it has fewer than two."""
    bare = word.re_replace("[аеиоу]", "")
    return ibis.ifelse(bare.length() < 2, word, bare)


def _whole(words: ir.Table) -> ir.Table:
    """``whole``, the consonants of a name in its order, and ``ordered``, its words in the alphabet's."""
    told = words.group_by("id", "kind", "heard").agg(
        whole=_.bones.group_concat("", order_by=_.place), ordered=_.bones.group_concat(" ", order_by=_.bones)
    )
    return told.select("id", "kind", "whole", "ordered").distinct()


def _of_whole(named: ir.Table) -> ir.Table:
    firms = named.filter(_.kind == "organisation")
    long = firms.filter(_.whole.length() > _ENDS)
    return ibis.union(
        _key(named, "w", _.whole, WHOLE),
        _key(named, "s", _.ordered, WHOLE),
        _key(long, "p", _.whole.left(_ENDS), PART),
        _key(long, "e", _.whole.right(_ENDS), PART),
    )


def _of_branches(words: ir.Table) -> ir.Table:
    """Every one to four words in a row of a branch's name, without those that make it a branch's."""
    called = words.word.re_search(_CALLED_BRANCH) & (words.kind == "organisation")
    own = words.semi_join(words.filter(called), ["id", "heard"]).filter(~_.word.re_search(_CALLED_BRANCH))
    own = own.mutate(place=ibis.row_number().over(group_by=["id", "heard"], order_by=_.place))
    firsts = own.select("id", "heard", first="place").mutate(length=ibis.array([1, 2, 3, 4])).unnest("length")
    rows = firsts.inner_join(own, ["id", "heard"]).filter(_.place.between(_.first, _.first + _.length - 1))
    runs = rows.group_by("id", "kind", "heard", "first", "length").agg(
        run=_.bones.group_concat("", order_by=_.place), found=_.count()
    )
    return _key(runs.filter(_.found == _.length), "w", _.run, WHOLE)


def _rare(words: ir.Table) -> ir.Table:
    """The two words of each organisation's name that fewest others have."""
    firms = words.filter((words.kind == "organisation") & (words.bones.length() > 1))
    often = firms.group_by("bones").agg(often=_.id.nunique())
    ranked = firms.inner_join(often, "bones").mutate(
        rank=ibis.row_number().over(group_by=["id", "heard"], order_by=[_.often, _.bones, _.place])
    )
    return _key(ranked.filter(_.rank < 2), "t", _.bones, PART)


def _of_persons(words: ir.Table) -> ir.Table:
    """Each word of a person's name with the first letter of another."""
    names = words.filter(~words.word.re_search(_PATRONYMIC))
    others = names.select("id", "heard", other_place="place", initial=_.word.left(1))
    both = names.filter(_.word.length() > 1).inner_join(others, ["id", "heard"]).filter(_.place != _.other_place)
    return _key(both, "n", _.bones + ":" + _.initial, PART)


def _key(table: ir.Table, sort: str, key: ir.StringValue, limit: int) -> ir.Table:
    made = table.select("id", "kind", key=key)
    return made.mutate(key=ibis.literal(f"{sort}:") + made.key, most=ibis.literal(limit)).distinct()


def _sizes(keys: ir.Table) -> ir.Table:
    """``parties`` and ``comparisons`` per ``key``: pairs that do not both have a number of one scheme."""
    counted = keys.group_by("key", "most", "scheme").agg(parties=_.id.nunique())
    of_scheme = ibis.ifelse(_.scheme.isnull(), 0, _.parties * _.parties)
    sizes = counted.group_by("key", "most").agg(parties=_.parties.sum(), numbered=of_scheme.sum())
    return sizes.mutate(comparisons=(_.parties * _.parties - _.numbered) / 2)


def _near(one: ir.StringColumn, other: ir.StringColumn) -> ir.BooleanColumn:
    most = ibis.ifelse(one.length() >= _LONG, 2, 1)
    return ((one.length() - other.length()).abs() <= most) & (one.levenshtein(other) <= most)


def _of_few(told: ir.Table) -> ir.Table:
    few = told.group_by("extra").agg(parties=_.id.nunique()).filter((_.parties > 1) & (_.parties <= SHARED_BY_MANY))
    return told.semi_join(few, "extra")
