/* session - the protocol between two services, without sockets and clocks
 *
 * One session per connection and side. Bytes come in by session_in, time by
 * session_tick, bytes go out by the send function given at init. The session
 * checks header, version, state and limits, keeps streams honest (sequence,
 * hash chain, credit) and hands everything else up as notes. The protocol is
 * proto/PROTOCOL.md; the bodies are the records sesi_* of proto/sesi.msg.
 * Symmetric once up: either side may command, ask, write and open streams. What
 * it hands up is in session_note.h, what it is told at its beginning in session_config.h. */
#ifndef BUS_SESSION_H
#define BUS_SESSION_H

#include "base/arena.h"
#include "bus/session_config.h"
#include "bus/session_note.h"

struct session;

struct session *session_open(const struct session_config *config, time_us now);
void session_close(struct session **session);
/* Takes one whole message. EVENTS take SESSION_EVENTS_MAX * sizeof(struct session_event) of the
 * arena at most; where it has no room the session ends. The note's strings point into the frames
 * and the arena. Always fills *ret; NOTE_DOWN for whatever the protocol ends a session for (an
 * ERROR has then been sent if one is due). */
void session_in(struct session *session, const struct frames *frames, time_us now,
	struct arena *arena, struct session_note *ret);
/* Sends HELLO (first call of a dialer), PING, CREDIT, ACK as due. NOTE_DOWN when the peer is silent,
 * NOTE_HEAD_ASKED when a served stream's head is to be told, else NOTE_NONE. A session that is down
 * says NOTE_DOWN again at every call. Returns the moment of the next wanted tick. */
time_us session_tick(struct session *session, time_us now, struct session_note *ret);
bool session_is_ready(const struct session *session);
bool session_is_down(const struct session *session);
struct str session_peer(const struct session *session); /* the other's service name */
struct id session_peer_node(const struct session *session);
/* As told in HELLO or WELCOME: its software, the start of its process, and its time of day less ours at that moment
 * (false: not told). The version is lent for the life of the session. */
struct str session_peer_version(const struct session *session);
struct id session_peer_boot(const struct session *session);
bool session_peer_skew(const struct session *session, time_us *ret);
/* What it holds of memory now, its streams included. */
size_t session_memory(const struct session *session);

/* Sending. corr of a question, command or letter is chosen by the session and given back. ERR_UNAVAILABLE
 * when down or not ready, ERR_LIMIT when too big. */
enum err session_cmd(struct session *s, const struct sesi_cmd *cmd, uint64_t *ret_corr) MUST_CHECK;
enum err session_reply(struct session *s, uint64_t corr, const struct sesi_reply *reply) MUST_CHECK;
enum err session_ask(struct session *s, const struct sesi_ask *ask, uint64_t *ret_corr) MUST_CHECK;
enum err session_answer(struct session *s, uint64_t corr,
	const struct sesi_answer *answer) MUST_CHECK;
enum err session_letter(struct session *s, const struct sesi_letter *letter,
	uint64_t *ret_corr) MUST_CHECK;
enum err session_taken(struct session *s, uint64_t corr, const struct sesi_taken *taken) MUST_CHECK;
enum err session_error(struct session *s, uint64_t corr, uint32_t code,
	const char *text) MUST_CHECK;
/* ERROR 302 in answer to an OPEN: our head goes with it. */
enum err session_diverged(struct session *s, uint64_t corr,
	const struct stream_place *head) MUST_CHECK;
void session_bye(struct session *s);

/* The window of streams that are opened from now on; as in the config. */
void session_window(struct session *s, uint64_t bytes, uint32_t events);
/* Streams we read. `after` is our cursor; window as in the config. */
enum err session_open_stream(struct session *s, struct str stream, const struct stream_place *after,
	uint64_t *ret_corr) MUST_CHECK;
/* The same of a copy: the peer is not the origin of the stream but holds what it has seen of it. Notes are those of
 * a stream; the end of the copy is told by NOTE_HEAD, then NOTE_CLOSE. (MESSAGING 2.6.) */
enum err session_tail_stream(struct session *s, struct str stream, const struct stream_place *after,
	uint64_t *ret_corr) MUST_CHECK;
/* With what nothing proves to be of the stream's node. */
enum err session_tail_whole(struct session *s, struct str stream, const struct stream_place *after,
	uint64_t *ret_corr) MUST_CHECK;
/* We applied it durably up to `at`: so many bytes of payload (4 and the record, for each) and events more
 * than at the last call. Credit and acknowledgement follow by themselves. */
void session_consumed(struct session *s, uint64_t corr, const struct stream_place *at,
	uint64_t bytes, uint32_t events, time_us now);
/* Also of a stream that we serve. */
enum err session_close_stream(struct session *s, uint64_t corr) MUST_CHECK;
enum err session_ask_head(struct session *s, struct str stream, uint64_t *ret_corr) MUST_CHECK;

/* Streams we serve. `after`: the place that was asked for, as our log has it: for seq 0 the first epoch and
 * its genesis hash, which a fresh reader cannot know. */
enum err session_opened(struct session *s, uint64_t corr, const struct stream_place *after,
	const struct stream_place *head) MUST_CHECK;
/* What may be sent now on the stream: 0 bytes when there is no credit. */
void session_room(const struct session *s, uint64_t corr, uint64_t *ret_bytes,
	uint32_t *ret_events);
/* Where the served stream stands (the place of the last event sent); false when corr is not a served stream.
 * The name is lent until the stream ends. */
bool session_served(const struct session *s, uint64_t corr, struct str *ret_stream,
	struct stream_place *ret_at);
/* Whether the served stream was asked for by TAIL: its end is said by session_head, then session_close_stream. */
bool session_serves_copy(const struct session *s, uint64_t corr);
/* The corr numbers of the served streams. */
uint32_t session_serving(const struct session *s, uint64_t corrs[SESSION_STREAMS_MAX]);
/* Sends records after the stream's place: payload is u32 len (big-endian) | bytes, ... and last the place of
 * the last one, whose epoch is that of all. ERR_LIMIT when over session_room. */
enum err session_events(struct session *s, uint64_t corr, uint32_t count,
	const struct stream_place *last, struct str payload) MUST_CHECK;
/* signature: SESSION_SIGNATURE_BYTES, or ptr NULL. corr 0: told unasked, of any stream. */
enum err session_head(struct session *s, uint64_t corr, struct str stream,
	const struct stream_place *head, struct str signature) MUST_CHECK;
/* The end of a copy, beyond which so many records were not sent: nothing proves them. */
enum err session_copy_head(struct session *s, uint64_t corr, struct str stream,
	const struct stream_place *head, struct str signature, uint64_t rest) MUST_CHECK;

#endif
