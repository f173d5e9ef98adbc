"""Opens a run with pyarrow (and polars, where it is there) and prints what it holds.

    check_arrow.py FILE     schema, notes, rows, the exact sum of values; exits 1 where something is off
"""
import sys

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.ipc as ipc

path = sys.argv[1]
with pa.memory_map(path) as source:
    reader = ipc.open_file(source)
    assert reader.num_record_batches == 1
    batch = reader.get_batch(0)
    batch.validate(full=True)
    base = pa.memory_map(path).read_buffer().address
    for column in batch.columns:
        for buffer in column.buffers():
            assert buffer is None or buffer.size == 0 or (buffer.address % 64 == 0)
    table = reader.read_all()
    for field in table.schema:
        notes = {k.decode(): v.decode() for k, v in (field.metadata or {}).items()}
        print(field.name, "|", field.type, "|", "null" if field.nullable else "not null", "|", notes)
    print({k.decode(): v.decode() for k, v in sorted(table.schema.metadata.items())})
    for row in table.to_pylist():
        print(*("-" if v is None else str(v) for v in row.values()), sep=" | ")
    if "value" in table.column_names:
        print("sum", pc.sum(table["value"].cast(pa.decimal128(38, 6))).as_py())
try:
    import polars
except ImportError:
    sys.exit()
frame = polars.read_ipc(path)
assert frame.height == table.num_rows, (frame.height, table.num_rows)
