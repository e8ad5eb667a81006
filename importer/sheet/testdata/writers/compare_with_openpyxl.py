# Prints what openpyxl sees differ between two workbooks, a line for each cell or thing. The look of cells is compared where a third
# argument is given: without styles of their own it is openpyxl's.
import sys
from openpyxl import load_workbook


def of(v):
    return v if v is None or isinstance(v, (str, int, float, bool)) else (getattr(v, "text", None) or repr(v))


def cells(s):
    found = {}
    for row in s.iter_rows():
        for c in row:
            value = "" if c.value is None else of(c.value)
            look = len(sys.argv) > 3 and [repr(x) for x in (c.font, c.fill, c.border, c.alignment, c.protection)]
            note = c.comment and (c.comment.text, c.comment.author)
            link = c.hyperlink and c.hyperlink.target
            found[c.coordinate] = (value, c.data_type, c.number_format, look, note, link)
    return found


def things(s):
    return {
        "merged": sorted(str(r) for r in s.merged_cells.ranges),
        "filter": s.auto_filter.ref, "panes": s.freeze_panes, "state": s.sheet_state,
        "validations": [repr(d) for d in s.data_validations.dataValidation],
        "conditions": [(str(r.sqref), [repr(x) for x in r.rules]) for r in s.conditional_formatting],
        "widths": {k: (d.width, d.hidden, d.min, d.max) for k, d in s.column_dimensions.items()},
        "heights": {k: (d.height, d.hidden) for k, d in s.row_dimensions.items()},
        "tables": sorted((t.name, t.ref) for t in s.tables.values()),
        "charts": len(s._charts), "images": len(s._images),
    }


a, b = load_workbook(sys.argv[1]), load_workbook(sys.argv[2])
if a.sheetnames != b.sheetnames:
    print("worksheets", b.sheetnames)
if [repr(n) for n in a.defined_names.definedName] != [repr(n) for n in b.defined_names.definedName]:
    print("names", b.defined_names)
for s, t in zip(a.worksheets, b.worksheets):
    before, after = cells(s), cells(t)
    empty = ("", "n", None, False, None, None)
    for at in sorted(set(before) | set(after)):
        x, y = before.get(at, empty), after.get(at, empty)
        if x == y or x[0] == "" == y[0] and empty in (x, y):
            continue
        if x[3:] == y[3:] or x == empty:  # the look, the note and the link stay
            print("%s!%s = %s" % (s.title, at, y[0]))
        else:
            print("%s!%s: %s, was %s" % (s.title, at, str(y)[:200], str(x)[:200]))
    x, y = things(s), things(t)
    for k in x:
        if x[k] != y[k]:
            print("%s: %s %s, was %s" % (s.title, k, y[k], x[k]))
