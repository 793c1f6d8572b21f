/* The store on every disk that a lost power might leave (MESSAGING.md 3.3 item 3). */
#include "lib/program.h"
#include "lib/seed.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cmocka.h>

/* With a sanitizer an image takes several times as long, and adds nothing. */
#ifdef __SANITIZE_ADDRESS__
enum { IMAGES = 100 };
#else
enum { IMAGES = 1000 };
#endif
enum { ROUNDS = 4, IMAGES_QUICK = 100, IMAGES_FORGETTING = 50 };

struct fixture {
	char folder[FOLDER_MAX];
	char base[FOLDER_MAX];
	char record[FOLDER_MAX];
	char record_to[FOLDER_MAX + 16];
};

static int make_folder(void **state)
{
	static struct fixture f;

	folder_make(f.folder);
	(void)snprintf(f.base, sizeof f.base, "%.200s.base", f.folder);
	(void)snprintf(f.record, sizeof f.record, "%.200s.record", f.folder);
	(void)snprintf(f.record_to, sizeof f.record_to, "RECORD_TO=%s", f.record);
	*state = &f;
	return 0;
}

static int remove_folder(void **state)
{
	struct fixture *f = *state;

	folder_remove(f->folder);
	(void)unlink(f->base);
	(void)unlink(f->record);
	return 0;
}

static void work(struct fixture *f, const char *steps, const char *preload)
{
	struct program program = { .arguments = { "prog_store_work", "work", f->folder, steps },
		.environment = { f->record_to },
		.preload = preload };

	assert_int_equal(program_run(&program), 0);
}

/* The images live in memory where there is room: their flushes need not be real. */
static const char *images_folder(void)
{
	struct statvfs fs;

	if (statvfs("/dev/shm", &fs) == 0 && fs.f_bavail * fs.f_frsize > UINT64_C(256) << 20)
		return "TMPDIR=/dev/shm";
	return "TMPDIR=/tmp";
}

struct outcome {
	unsigned long images;
	unsigned long faults;
	unsigned long acks;
};

static struct outcome open_images(struct fixture *f, unsigned seed, unsigned count,
	const char *mode)
{
	char seed_text[16];
	char count_text[16];
	struct program program = {
		.arguments = { "prog_store_images", f->record, f->base, seed_text, count_text, mode },
		.environment = { images_folder() },
	};
	struct outcome o = { 0, 0, 0 };

	(void)snprintf(seed_text, sizeof seed_text, "%u", seed);
	(void)snprintf(count_text, sizeof count_text, "%u", count);
	assert_int_equal(program_run(&program), 0);
	assert_int_equal(
		sscanf(program.output, "images %lu faults %lu acks %lu", &o.images, &o.faults, &o.acks), 3);
	return o;
}

static void record_work(struct fixture *f, const char *before, const char *steps)
{
	char data[FOLDER_MAX];

	(void)unlink(f->record);
	work(f, before, NULL);
	assert_true(folder_copy(folder_file(f->folder, "data.mdb", data), f->base));
	work(f, steps, "record");
}

static void every_disk_after_a_lost_power_holds_all_that_was_answered(void **state)
{
	struct fixture *f = *state;
	unsigned images = seed_is_quick() ? IMAGES_QUICK : IMAGES;
	struct outcome sum = { 0, 0, 0 };

	/* Later rounds begin with a store that has free pages and a longer file. */
	for (unsigned round = 0; round < ROUNDS; round++) {
		struct outcome o;

		record_work(f, round == 0 ? "0" : "40", "120");
		o = open_images(f, round + 1, images, NULL);
		sum.images += o.images;
		sum.faults += o.faults;
		sum.acks += 120;
		assert_true(o.acks >= 120);
	}
	print_message("%lu images of %lu answered steps, %lu with a fault\n", sum.images, sum.acks,
		sum.faults);
	assert_true(sum.images >= ROUNDS * images / 2);
	assert_int_equal(sum.faults, 0);
}

static void without_flushes_the_same_check_finds_faults(void **state)
{
	struct fixture *f = *state;
	struct outcome o;

	record_work(f, "0", "120");
	o = open_images(f, 1, IMAGES_FORGETTING, "forget");
	print_message("%lu images, %lu with a fault\n", o.images, o.faults);
	assert_true(o.faults * 4 > o.images);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(every_disk_after_a_lost_power_holds_all_that_was_answered,
			make_folder, remove_folder),
		cmocka_unit_test_setup_teardown(without_flushes_the_same_check_finds_faults, make_folder,
			remove_folder),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
