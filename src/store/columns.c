/* SPDX-License-Identifier: ISC */
/* Text columns of an answer into a struct. */
#include "base/text.h"
#include "store/columns.h"
#include "store/query.h"

int
columns_get(const struct store_query *q, int row, void *out,
    const struct column *table, size_t count)
{
	return (columns_get_from(q, row, 0, out, table, count));
}

int
columns_get_from(const struct store_query *q, int row, int first, void *out,
    const struct column *table, size_t count)
{
	const struct column	*c;
	const char		*value;
	size_t			 i;

	if (row < 0 || row >= rows_count(q))
		return (-1);
	for (i = 0; i < count; i++) {
		c = &table[i];
		value = rows_text(q, row, first + c->number);
		if (text_copy((char *)out + c->offset, c->size, value) == -1)
			return (-1);
	}
	return (0);
}
