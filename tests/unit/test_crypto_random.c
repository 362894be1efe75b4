/* SPDX-License-Identifier: ISC */
/* Labels: none twice, whatever their lengths and however often. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "crypto/random.h"

#define LABELS	2000
#define BYTES	16

static int
compare(const void *a, const void *b)
{
	return (memcmp(a, b, BYTES));
}

/* Over several blocks, whose ends the lengths do not meet. */
static void
test_labels_differ(void **state)
{
	static uint8_t	labels[LABELS][BYTES];
	uint8_t		other[7];
	size_t		i;

	(void)state;
	for (i = 0; i < LABELS; i++) {
		random_label(labels[i], BYTES);
		random_label(other, sizeof(other));
	}
	qsort(labels, LABELS, BYTES, compare);
	for (i = 1; i < LABELS; i++)
		assert_memory_not_equal(labels[i - 1], labels[i], BYTES);
}

/* All of a label is filled, and nothing behind it. */
static void
test_label_length(void **state)
{
	uint8_t	label[BYTES + 1], seen[BYTES];
	size_t	i, n;

	(void)state;
	memset(seen, 0, sizeof(seen));
	for (n = 0; n < 64; n++) {
		memset(label, 0, sizeof(label));
		random_label(label, BYTES);
		for (i = 0; i < BYTES; i++)
			seen[i] |= label[i];
		assert_int_equal(label[BYTES], 0);
	}
	for (i = 0; i < BYTES; i++)
		assert_int_not_equal(seen[i], 0);
}

int
main(void)
{
	const struct CMUnitTest	 tests[] = {
		cmocka_unit_test(test_labels_differ),
		cmocka_unit_test(test_label_length),
	};

	return (cmocka_run_group_tests(tests, NULL, NULL));
}
