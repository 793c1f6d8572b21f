/* kata - 2,048 Indonesian words, each told apart by its first four letters
 *
 * Eleven bits a word. In the order of the alphabet; short, and of everyday use,
 * so that they can be read out on the telephone. The list never changes. */
#ifndef FEDERATION_KATA_H
#define FEDERATION_KATA_H

enum {
	KATA_BITS = 11,
	KATA_COUNT = 1 << KATA_BITS,
	KATA_LETTERS_DISTINCT = 4,
	KATA_LETTERS_MAX = 6,
};

extern const char *const kata[KATA_COUNT];

#endif
