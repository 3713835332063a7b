"""Properties that every version can say, for tests of what has two directions."""

from hypothesis import strategies as st

from cardwright.vcard import Property

CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"]) | st.sampled_from("\n\t\\;,:\"=^' é日😀")
TEXT = st.text(CHARACTERS, max_size=100)
LABEL = st.text(
    st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp", "Zs"], exclude_characters='";^,:='), max_size=30
)
URI = st.text(st.characters(exclude_categories=["Cs", "Cc", "Zl", "Zp"], exclude_characters="\\"), max_size=200)
COMPONENTS = st.lists(TEXT, min_size=2, max_size=5).map(tuple)
PARAMS = st.lists(
    st.sampled_from([("TYPE", "home"), ("TYPE", "home", "x-y"), ("LANGUAGE", "de")]),
    max_size=2,
    unique_by=lambda p: p[0],
).map(tuple)


def properties(version: str) -> st.SearchStrategy[Property]:
    none = st.just("")
    group = st.sampled_from(["", "item1"])
    nested = TEXT if version == "2.1" else TEXT | st.lists(TEXT, min_size=2, max_size=3).map(tuple)
    params = PARAMS if version == "2.1" else st.one_of(PARAMS, LABEL.map(lambda text: (("X-LABEL", text),)))
    data = st.binary(max_size=200)
    return st.one_of(
        st.builds(Property, st.sampled_from(["NOTE", "FN", "TEL", "X-ABLabel"]), TEXT, params, group),
        st.builds(Property, st.just("X-OTHER"), TEXT.map(lambda text: text.replace("\\", "")), params, group),
        st.builds(
            Property, st.sampled_from(["N", "ADR"]), st.lists(nested, min_size=1, max_size=7).map(tuple), params, group
        ),
        st.builds(Property, st.sampled_from(["ORG", "X-ANDROID-CUSTOM"]), COMPONENTS, params, group),
        st.builds(
            Property,
            st.sampled_from(["NICKNAME", "CATEGORIES"]),
            st.lists(TEXT, min_size=1, max_size=4).map(tuple),
            params,
            none,
        ),
        st.builds(Property, st.just("URL"), URI, params, group),
        st.builds(Property, st.just("PHOTO"), data, st.just((("MEDIATYPE", "image/jpeg"),)), none),
        st.builds(
            Property, st.just("KEY"), data, st.just((("MEDIATYPE", "application/x-some"), ("TYPE", "home"))), none
        ),
    )
