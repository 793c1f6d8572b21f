/* prog_store_images RECORD BASE SEED COUNT [forget] - opens COUNT disks that a lost power might leave
 *
 * RECORD (lib/disk_record.h) says what was done to a data file that began as BASE. At a random
 * moment the power goes: everything before the last flush is there, and of what was written after
 * it any part, by sectors of 512 bytes. Each such disk must open, be whole, hold every answer given
 * before that moment, and take one more step. `forget` takes no flush for one: then faults must be
 * found, which shows that this program can find them.
 *
 * Prints "images N faults N acks N". */
#include "lib/chance.h"
#include "lib/disk_record.h"
#include "lib/folder.h"
#include "lib/store_work.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

enum { SECTOR = 512, PENDING_MAX = 65536, IMAGES_A_MOMENT = 24 };

struct pending {
	const char *bytes;
	uint64_t offset;
	uint32_t len;
};

struct disk {
	char *bytes; /* a map of a memory file: what is surely there */
	uint64_t size;
	uint64_t limit;
	struct pending *pending;
	uint32_t pending_len;
	uint64_t answered;
};

static void fail(const char *what)
{
	perror(what);
	exit(100);
}

static char *map_file(const char *path, uint64_t *ret_size)
{
	struct stat st;
	int fd = open(path, O_RDONLY | O_CLOEXEC);
	char *bytes;

	if (fd < 0 || fstat(fd, &st) != 0)
		fail(path);
	bytes = mmap(NULL, (size_t)st.st_size, PROT_READ, MAP_PRIVATE, fd, 0);
	if (bytes == MAP_FAILED)
		fail(path);
	(void)close(fd);
	*ret_size = (uint64_t)st.st_size;
	return bytes;
}

static void apply(char *bytes, uint64_t *size, const struct pending *p, uint64_t from, uint64_t len)
{
	memcpy(bytes + p->offset + from, p->bytes + from, len);
	if (*size < p->offset + from + len)
		*size = p->offset + from + len;
}

static void flush(struct disk *disk)
{
	for (uint32_t i = 0; i < disk->pending_len; i++)
		apply(disk->bytes, &disk->size, &disk->pending[i], 0, disk->pending[i].len);
	disk->pending_len = 0;
}

/* Of each pending write none, all, or each sector with a chance that differs by image. */
static void tear(char *bytes, uint64_t *size, const struct disk *disk, struct chance *chance)
{
	uint64_t odds = chance_below(chance, 5);

	for (uint32_t i = 0; i < disk->pending_len; i++) {
		const struct pending *p = &disk->pending[i];

		for (uint64_t at = 0; at < p->len; at += SECTOR)
			if (chance_below(chance, 4) < odds)
				apply(bytes, size, p, at, p->len - at < SECTOR ? p->len - at : SECTOR);
	}
}

static void write_image(const char *path, const char *bytes, uint64_t size)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	uint64_t done = 0;

	if (fd < 0)
		fail(path);
	while (done < size) {
		ssize_t n = write(fd, bytes + done, (size_t)(size - done));

		if (n < 0)
			fail(path);
		done += (uint64_t)n;
	}
	(void)close(fd);
}

/* 0, or what is wrong with the store in the folder. */
static const char *judge(const char *folder, uint64_t answered)
{
	struct store_work *work;
	const char *why = "does not open";
	uint64_t last;

	if (store_work_open(folder, &work) != ERR_OK)
		return why;
	if (store_work_check(work, &last, &why) != ERR_OK)
		return why;
	if (last < answered)
		return "an answered step is missing";
	if (store_work_step(work, last + 1) != ERR_OK)
		return "another step fails";
	if (store_work_check(work, &last, &why) != ERR_OK)
		return why;
	store_work_close(&work);
	return NULL;
}

/* In a process of its own: a damaged file may well end it. */
static bool is_sound(const char *folder, uint64_t answered, uint64_t image, bool is_quiet)
{
	pid_t child = fork();
	int status;

	if (child < 0)
		fail("fork");
	if (child == 0) {
		const char *why;
		int null = open("/dev/null", O_WRONLY | O_CLOEXEC);

		if (is_quiet && null >= 0)
			(void)dup2(null, STDERR_FILENO);
		why = judge(folder, answered);
		if (why != NULL && !is_quiet)
			(void)fprintf(stderr, "image %llu: %s\n", (unsigned long long)image, why);
		_exit(why == NULL ? 0 : 1);
	}
	if (waitpid(child, &status, 0) != child)
		fail("waitpid");
	if (!WIFEXITED(status) && !is_quiet)
		(void)fprintf(stderr, "image %llu: ended by signal %d\n", (unsigned long long)image,
			WTERMSIG(status));
	return WIFEXITED(status) && WEXITSTATUS(status) == 0;
}

static void take_entry(struct disk *disk, const struct disk_entry *entry, const char *bytes)
{
	const struct pending write = { bytes, entry->offset, entry->bytes };

	switch ((enum disk_op)entry->op) {
	case DISK_WRITE:
	case DISK_WRITE_FLUSHED:
		if (disk->pending_len == PENDING_MAX || entry->offset + entry->bytes > disk->limit)
			fail("record too large");
		disk->pending[disk->pending_len++] = write;
		break;
	case DISK_LENGTH:
		disk->size = entry->offset;
		break;
	case DISK_ACK:
		disk->answered = strtoull(bytes, NULL, 10);
		break;
	case DISK_FLUSH:
		break;
	}
}

/* What is surely there once the call of this entry has returned. */
static void settle(struct disk *disk, const struct disk_entry *entry)
{
	struct pending last;

	if (entry->op == DISK_FLUSH)
		flush(disk);
	if (entry->op != DISK_WRITE_FLUSHED)
		return;
	last = disk->pending[--disk->pending_len];
	apply(disk->bytes, &disk->size, &last, 0, last.len);
}

static void disk_open(struct disk *disk, const char *base_path, uint64_t record_size)
{
	uint64_t base_size;
	const char *base = map_file(base_path, &base_size);

	disk->limit = base_size + record_size + (UINT64_C(64) << 20);
	disk->bytes = mmap(NULL, disk->limit, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	disk->pending = calloc(PENDING_MAX, sizeof disk->pending[0]);
	if (disk->bytes == MAP_FAILED || disk->pending == NULL)
		fail("memory");
	memcpy(disk->bytes, base, base_size);
	disk->size = base_size;
}

static void one_image(const struct disk *disk, const char *folder, struct chance *chance)
{
	char path[FOLDER_MAX];
	uint64_t size = disk->size;
	uint64_t most = size;
	char *bytes;

	for (uint32_t i = 0; i < disk->pending_len; i++)
		if (most < disk->pending[i].offset + disk->pending[i].len)
			most = disk->pending[i].offset + disk->pending[i].len;
	bytes = calloc(1, most);
	if (bytes == NULL)
		fail("memory");
	memcpy(bytes, disk->bytes, size);
	tear(bytes, &size, disk, chance);
	folder_clear(folder);
	write_image(folder_file(folder, "data.mdb", path), bytes, size);
	free(bytes);
}

int main(int argc, char **argv)
{
	struct disk disk = { 0 };
	struct chance chance;
	char folder[FOLDER_MAX];
	uint64_t record_size;
	uint64_t images = 0;
	uint64_t faults = 0;
	uint64_t entries = 0;
	uint64_t count;
	uint64_t at;
	const char *record;
	bool forgets;

	if (argc < 5)
		return 100;
	record = map_file(argv[1], &record_size);
	disk_open(&disk, argv[2], record_size);
	chance.state = strtoull(argv[3], NULL, 10);
	count = strtoull(argv[4], NULL, 10);
	forgets = argc > 5 && strcmp(argv[5], "forget") == 0;
	folder_make(folder);
	for (at = 0; at < record_size; entries++) {
		struct disk_entry entry;

		memcpy(&entry, record + at, sizeof entry);
		at += sizeof entry + entry.bytes;
	}
	for (at = 0; at < record_size;) {
		struct disk_entry entry;
		uint64_t here;

		memcpy(&entry, record + at, sizeof entry);
		take_entry(&disk, &entry, record + at + sizeof entry);
		/* Moments spread evenly: count images over all entries, in expectation. */
		here = disk.pending_len == 0 ? 0 : chance_below(&chance, 2 * count + entries) / entries;
		for (uint64_t i = 0; i < here && i < IMAGES_A_MOMENT && images < count * 2; i++) {
			one_image(&disk, folder, &chance);
			faults += !is_sound(folder, disk.answered, images++, forgets);
		}
		if (!forgets)
			settle(&disk, &entry);
		at += sizeof entry + entry.bytes;
	}
	printf("images %llu faults %llu acks %llu\n", (unsigned long long)images,
		(unsigned long long)faults, (unsigned long long)disk.answered);
	folder_remove(folder);
	free(disk.pending);
	return 0;
}
