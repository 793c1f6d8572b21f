/* replay - runs a fuzzer's entry once for each regression input
 *
 * Linked with one fuzz_*.c in place of libFuzzer, so that every variant and
 * every compiler replays the findings of the past. */
#include <dirent.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void run_file(const char *path)
{
	FILE *f = fopen(path, "rb");
	struct stat st;
	uint8_t *data;

	if (f == NULL || fstat(fileno(f), &st) != 0) {
		perror(path);
		exit(1);
	}
	/* Exactly the size, so that the address sanitizer sees a read beyond it. */
	data = malloc(st.st_size > 0 ? (size_t)st.st_size : 1);
	if (data == NULL || fread(data, 1, (size_t)st.st_size, f) != (size_t)st.st_size) {
		perror(path);
		exit(1);
	}
	(void)fclose(f);
	(void)fprintf(stderr, "%s\n", path); /* before the run: the last line is the culprit */
	(void)LLVMFuzzerTestOneInput(data, (size_t)st.st_size);
	free(data);
}

static size_t run_folder(const char *folder)
{
	struct dirent **names = NULL;
	int n = scandir(folder, &names, NULL, alphasort);
	size_t ran = 0;

	if (n < 0) {
		perror(folder);
		exit(1);
	}
	for (int i = 0; i < n; i++) {
		char path[4096];

		if (names[i]->d_name[0] != '.') {
			(void)snprintf(path, sizeof path, "%s/%s", folder, names[i]->d_name);
			run_file(path);
			ran++;
		}
		free(names[i]);
	}
	free(names);
	return ran;
}

int main(int argc, char **argv)
{
	size_t ran = 1;

	(void)LLVMFuzzerTestOneInput((const uint8_t *)"", 0);
	for (int i = 1; i < argc; i++)
		ran += run_folder(argv[i]);
	printf("%zu inputs\n1 passed, 0 failed, 0 skipped\n", ran);
	return 0;
}
