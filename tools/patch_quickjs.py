"""Makes QuickJS-ng's C sources fit for V8's small stack. `tools/wasi-cc` calls it with each of them.

    patch_quickjs.py SOURCE TARGET

Reads SOURCE, writes TARGET. QuickJS limits its stack by addresses on WASI's stack in linear memory
(see quickjs-wasi.h). Its parser recurses through a dozen functions a level that put next to nothing
there, while each has a frame on V8's own stack of about 1 MiB: `eval("(".repeat(1e5))` overflowed
that, a trap. So the functions that are part of every cycle of the parser's recursion get a pad, as
large as what V8 needs for a level through them (measured, with room to spare).

An anchor that is not there exactly once means that QuickJS changed: look at it again.
"""

import pathlib
import sys

# The parser's functions, by signature as it stands before the body, and the size of the pad in
# bytes. `js_parse_statement_or_decl` and `js_parse_assign_expr2` stand in all cycles through
# statements and through nested expressions; the others recurse into themselves.
PADS = {
    "static __exception int js_parse_assign_expr2(JSParseState *s, int parse_flags)\n{\n": 1024,
    "static __exception int js_parse_unary(JSParseState *s, int parse_flags)\n{\n": 512,
    "static __exception int js_parse_postfix_expr(JSParseState *s, int parse_flags)\n{\n": 512,
    "static __exception int js_parse_cond_expr(JSParseState *s, int parse_flags)\n{\n": 256,
    "static __exception int js_parse_statement_or_decl(JSParseState *s,\n"
    "                                                  int decl_mask)\n{\n": 512,
    "static __exception int js_parse_class(JSParseState *s, bool is_class_expr,\n"
    "                                      JSParseExportEnum export_flag)\n{\n": 512,
    "static __exception int js_parse_template(JSParseState *s, int call, int *argc)\n{\n": 256,
    "static __exception int js_parse_object_literal(JSParseState *s)\n{\n": 256,
    "static __exception int js_parse_array_literal(JSParseState *s)\n{\n": 256,
}

# Generic array functions walk `{ length: 2 ** 53 }` property by property, and never ask whether the
# script's time is over (quickjs-ng issue 1672). All of them read through these two.
POLLS = {
    "static int JS_TryGetPropertyInt64(JSContext *ctx, JSValueConst obj, int64_t idx, JSValue *pval)\n{\n":
        "    if (js_poll_interrupts(ctx)) { *pval = JS_UNDEFINED; return -1; }\n",
    "JSValue JS_GetPropertyInt64(JSContext *ctx, JSValueConst obj, int64_t idx)\n{\n":
        "    if (js_poll_interrupts(ctx)) return JS_EXCEPTION;\n",
}


def insert_after(text: str, anchor: str, lines: str) -> str:
    found = text.count(anchor)
    if found != 1:
        sys.exit(f"patch_quickjs.py: expected once, found {found} times: {anchor.strip()!r}")
    return text.replace(anchor, anchor + lines)


def main() -> None:
    source, target = map(pathlib.Path, sys.argv[1:])
    text = source.read_text()
    if source.name == "quickjs.c":
        for anchor, size in PADS.items():
            text = insert_after(text, anchor, f"    LEH_PAD({size});\n")
        for anchor, poll in POLLS.items():
            text = insert_after(text, anchor, poll)
    target.write_text(text)


main()
