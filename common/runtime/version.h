/* version - which build this is */
#ifndef RUNTIME_VERSION_H
#define RUNTIME_VERSION_H

/* "0.1.0", and the commit it was built from ("unknown" outside a repository). */
extern const char version_number[];
extern const char version_commit[];

#endif
