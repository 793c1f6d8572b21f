/* simpul - what the rest of the node wants to know of other nodes: whom to dial, whom to let in, how they are */
#ifndef FEDERATION_SIMPUL_H
#define FEDERATION_SIMPUL_H

#include "runtime/service.h"

remotes_fn federation_remotes;

ask_fn ask_simpul_daftar;
ask_fn ask_simpul_identitas;
ask_fn ask_aliran_daftar;

#endif
