"""Makes QuickJS-ng's C sources fit for hooks. The C compiler wrappers beside it call it.

    patch_quickjs.py wasi|host SOURCE TARGET

Reads SOURCE, writes TARGET. Four kinds of changes, each for a reason:

PADS (for WASI only). QuickJS limits its stack by addresses on WASI's stack in linear memory (see
quickjs-wasi.h). Its parser recurses through a dozen functions a level that put next to nothing
there, while each has a frame on V8's own stack of about 1 MiB: `eval("(".repeat(1e5))` overflowed
that, a trap. So the functions that are part of every cycle of the parser's recursion get a pad, as
large as what V8 needs for a level through them (measured, with room to spare).

POLLS. Generic array functions walk `{ length: 2 ** 53 }` property by property, searches in strings
compare for hours, and neither asks whether the script's time is over (quickjs-ng issue 1672).

PLACES. The column of a syntax error is that of some earlier token; only calls note where they are, so
that a property of undefined was told at the statement before.

FRAMES. The collector of cycles frees a suspended function although a closure outside still uses its
variables, and both go on with freed memory: `const all = new Promise((r) => { done = r; }); ...
await all;`, where `done` is a local variable and something outside calls `() => done()` (quickjs-ng
pull request 1569). So suspended functions whose variables closures use are not collected. One that
nobody can resume is kept as well, until the invocation's memory is put back.

An anchor that is not there exactly once means that QuickJS changed: look at it again.
"""

import pathlib
import sys

# Signatures as they stand before a body, and the size of the pad in bytes.
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

# Regular expressions nest through this one.
REGEXP_PADS = {
    "static int re_parse_disjunction(REParseState *s, bool is_backward_dir)\n{\n": 512,
}

# All generic array functions read through the first two. Every built-in function is called through
# the third: some take milliseconds, so a call counts like many steps of a script.
POLLS = {
    "static int JS_TryGetPropertyInt64(JSContext *ctx, JSValueConst obj, int64_t idx, JSValue *pval)\n{\n":
        "    if (js_poll_interrupts(ctx)) { *pval = JS_UNDEFINED; return -1; }\n",
    "JSValue JS_GetPropertyInt64(JSContext *ctx, JSValueConst obj, int64_t idx)\n{\n":
        "    if (js_poll_interrupts(ctx)) return JS_EXCEPTION;\n",
    "    cproto = p->u.cfunc.cproto;\n    arg_count = p->u.cfunc.length;\n":
        "    ctx->interrupt_counter -= 2000;\n    if (js_poll_interrupts(ctx)) return JS_EXCEPTION;\n",
}

# Searches take as many steps as both strings are long, multiplied: each comparison counts by its
# length. -2 is an exception.
SEARCHES = {
    "static int string_indexof(JSString *p1, JSString *p2, int from)\n{\n":
    "static inline __exception int poll_after(JSContext *ctx, int compared)\n{\n"
    "    ctx->interrupt_counter -= compared >> 6;\n"
    "    return js_poll_interrupts(ctx);\n}\n\n"
    "static int string_indexof(JSContext *ctx, JSString *p1, JSString *p2, int from)\n{\n",
    "        if (!string_cmp(p1, p2, j + 1, 1, len2 - 1))\n":
    "        if (poll_after(ctx, len2))\n            return -2;\n"
    "        if (!string_cmp(p1, p2, j + 1, 1, len2 - 1))\n",
    "            pos = string_indexof(sp, searchp, endOfLastMatch);\n":
    "            pos = string_indexof(ctx, sp, searchp, endOfLastMatch);\n"
    "            if (pos == -2)\n                goto exception;\n",
    "        e = string_indexof(sp, rp, q);\n":
    "        e = string_indexof(ctx, sp, rp, q);\n"
    "        if (e == -2)\n            goto exception;\n",
    "            if (!string_cmp(p, p1, i, 0, v_len)) {\n                ret = i;\n":
    "            if (poll_after(ctx, v_len))\n                goto fail;\n"
    "            if (!string_cmp(p, p1, i, 0, v_len)) {\n                ret = i;\n",
    "            if (!string_cmp(p, p1, i, 0, v_len)) {\n                ret = 1;\n":
    "            if (poll_after(ctx, v_len))\n                goto fail;\n"
    "            if (!string_cmp(p, p1, i, 0, v_len)) {\n                ret = 1;\n",
}

# In js_parse_error. Like all columns of the engine: from 0 in the first line, from 1 in others.
PLACES = {
    "    build_backtrace(ctx, ctx->rt->current_exception, JS_UNDEFINED, s->filename,\n"
    "                    s->line_num, s->col_num, backtrace_flags);\n":
    "    build_backtrace(ctx, ctx->rt->current_exception, JS_UNDEFINED, s->filename,\n"
    "                    s->line_num, max_int(0, s->token.ptr - s->eol), backtrace_flags);\n",
    # Calls alone note where they are; reading a property of undefined is where most scripts fail.
    "                    emit_op(s, OP_get_field);\n"
    "                    emit_atom(s, s->token.u.ident.atom);\n":
    "                    emit_source_loc(s);\n"
    "                    emit_op(s, OP_get_field);\n"
    "                    emit_atom(s, s->token.u.ident.atom);\n",
    "                emit_op(s, OP_get_super_value);\n"
    "            } else {\n"
    "                emit_op(s, OP_get_array_el);\n":
    "                emit_op(s, OP_get_super_value);\n"
    "            } else {\n"
    "                emit_source_loc(s);\n"
    "                emit_op(s, OP_get_array_el);\n",
    "            do_get_var:\n                emit_op(s, OP_scope_get_var);\n":
    "            do_get_var:\n                emit_source_loc(s);\n"
    "                emit_op(s, OP_scope_get_var);\n",
}

# A frame's references are those of closures: NULL once there are none left.
FRAMES = {
    "void JS_RunGC(JSRuntime *rt)\n{\n":
    "static void gc_hold_frames(JSRuntime *rt, int count);\n\n"
    "void JS_RunGC(JSRuntime *rt)\n{\n"
    "    if (!rt->in_free)\n        gc_hold_frames(rt, 1);\n",
    "    gc_scan(rt);\n":
    "    gc_scan(rt);\n"
    "    if (!rt->in_free)\n        gc_hold_frames(rt, -1);\n",
    "static void js_async_generator_free(JSRuntime *rt,\n"
    "                                    JSAsyncGeneratorData *s)\n{\n":
    "static JSStackFrame *gc_suspended_frame(JSGCObjectHeader *header)\n{\n"
    "    if (header->gc_obj_type == JS_GC_OBJ_TYPE_ASYNC_FUNCTION) {\n"
    "        JSAsyncFunctionData *s = (JSAsyncFunctionData *)header;\n"
    "        return s->is_active ? &s->func_state.frame : NULL;\n"
    "    }\n"
    "    if (header->gc_obj_type != JS_GC_OBJ_TYPE_JS_OBJECT)\n        return NULL;\n"
    "    JSObject *p = (JSObject *)header;\n"
    "    if (p->class_id == JS_CLASS_GENERATOR) {\n"
    "        JSGeneratorData *s = p->u.generator_data;\n"
    "        return s && s->state != JS_GENERATOR_STATE_COMPLETED ? &s->func_state.frame : NULL;\n"
    "    }\n"
    "    if (p->class_id == JS_CLASS_ASYNC_GENERATOR) {\n"
    "        JSAsyncGeneratorData *s = p->u.async_generator_data;\n"
    "        return s && s->state != JS_ASYNC_GENERATOR_STATE_COMPLETED &&\n"
    "            s->state != JS_ASYNC_GENERATOR_STATE_AWAITING_RETURN ? &s->func_state.frame : NULL;\n"
    "    }\n"
    "    return NULL;\n}\n\n"
    "static void gc_hold_frames(JSRuntime *rt, int count)\n{\n"
    "    struct list_head *el;\n"
    "    list_for_each(el, &rt->gc_obj_list) {\n"
    "        JSGCObjectHeader *header = list_entry(el, JSGCObjectHeader, link);\n"
    "        JSStackFrame *sf = gc_suspended_frame(header);\n"
    "        for (int i = 0; sf && i < sf->var_ref_count; i++) {\n"
    "            if (sf->var_refs[i]) {\n"
    "                header->ref_count += count;\n"
    "                break;\n"
    "            }\n"
    "        }\n"
    "    }\n}\n\n"
    "static void js_async_generator_free(JSRuntime *rt,\n"
    "                                    JSAsyncGeneratorData *s)\n{\n",
}


def replace(text: str, anchor: str, replacement: str) -> str:
    found = text.count(anchor)
    if found != 1:
        sys.exit(f"patch_quickjs.py: expected once, found {found} times: {anchor.strip()!r}")
    return text.replace(anchor, replacement)


def main() -> None:
    platform, source, target = sys.argv[1], *map(pathlib.Path, sys.argv[2:])
    text = source.read_text()
    pads = REGEXP_PADS
    if source.name == "quickjs.c":
        pads = PADS
        for anchor, poll in POLLS.items():
            text = replace(text, anchor, anchor + poll)
        for anchor, replacement in (SEARCHES | PLACES | FRAMES).items():
            text = replace(text, anchor, replacement)
    if platform == "wasi":
        for anchor, size in pads.items():
            text = replace(text, anchor, f"{anchor}    LEH_PAD({size});\n")
    target.write_text(text)


main()
