/* Load for a chat server: many IRC clients in one thread, cheaper than any server that it loads.
 *
 * generator PORT reads commands from its standard input, one a line, and answers each with one line of JSON:
 *   come COUNT AT_ONCE AWAIT CHANNEL GROUP CAPS PREFIX   connect and register; `-` is none; CHANNEL may contain %d, the
 *       number of the client divided by GROUP; AWAIT is how many ends of NAMES (366) come, with or without JOIN
 *   fence                             everybody has the answers to everything sent before
 *   speak GROUP SENDERS LINES BYTES SECONDS CHANNEL      in each group of GROUP clients the first SENDERS say LINES
 *       lines in one write; when all members have all of them, the next round begins; with the time of each round
 *   rate SENDERS PER_SECOND BYTES SECONDS CHANNEL        lines at a steady rate, with the time of each delivery
 *   ask CLIENT MARKER FILE            send the lines of a file one after the other; each is answered when a line contains
 *       MARKER, in which _ is a space; a tab separates lines that are sent together
 *   background CLIENT MARKER FILE     the same, again and again while `rate` runs; `-` as the file ends it
 *   leave FIRST COUNT                 QUIT, until the server has closed the connections
 * Every answer has "seconds", and "cpu" and "waited": the seconds this process computed, and waited for the server.
 * Times are in microseconds. A fault is reported as {"error": …}, and ends the process.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <inttypes.h>
#include <netinet/tcp.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#define MOST 20000         /* clients */
#define PATIENCE 180e9     /* nanoseconds until a command fails, beside the time that it is to take */
#define TEXTS 64           /* different texts that are said */
#define TOKEN_SIZE 128
#define BUFFER (1 << 18)

enum state { GONE, CONNECTING, REGISTERING, JOINING, FENCING, IDLE, LEAVING };
enum mode { QUIET, COUNTING, TIMING };

struct client {
    int fd, awaited;
    enum state state;
    uint64_t began;
    char *rest;            /* the beginning of a line whose end has not arrived */
    size_t rest_size;
};

struct group { long due; uint64_t began; }; /* lines that its members have not received yet in this round */

struct asking {
    char **lines, marker[TOKEN_SIZE];
    int client, count, next, running, again;
    uint64_t sent;
};

static struct client clients[MOST];
static struct group groups[MOST];
static struct asking asking;
static int known, pending, epoll, port, group_size = 1;
static enum mode mode;
static uint64_t deliveries, messages, bytes_read, waited, ends, retried;
static int speakers, burst, payload;
static char channel[TOKEN_SIZE], texts[TEXTS][512], prefix[TOKEN_SIZE], caps[TOKEN_SIZE * 4];
static char buffer[BUFFER], out[BUFFER];
static uint32_t *times;
static const int yes = 1;
static size_t times_count, times_room;

static void fail(const char *format, ...) {
    va_list rest;
    va_start(rest, format);
    printf("{\"error\": \"");
    vprintf(format, rest);
    printf("\"}\n");
    exit(1);
}

static uint64_t now(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000 + t.tv_nsec;
}

static double cpu(void) {
    struct timespec t;
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
    return t.tv_sec + t.tv_nsec / 1e9;
}

/* ---- what was measured */

static void note(uint64_t nanoseconds) {
    if (times_count == times_room) {
        times_room = times_room ? times_room * 2 : 1 << 16;
        times = realloc(times, times_room * sizeof *times);
        if (!times) fail("out of memory");
    }
    times[times_count++] = nanoseconds / 1000;
}

static int by_size(const void *a, const void *b) {
    uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;
    return (x > y) - (x < y);
}

static uint32_t quantile(double share) {
    size_t at = times_count * share;
    return times_count ? times[at < times_count ? at : times_count - 1] : 0;
}

static void answer(uint64_t began, double cpu_before) {
    qsort(times, times_count, sizeof *times, by_size);
    printf("{\"seconds\": %.6f, \"cpu\": %.6f, \"waited\": %.6f, \"messages\": %" PRIu64 ", \"deliveries\": %" PRIu64
           ", \"bytes\": %" PRIu64 ", \"retried\": %" PRIu64 ", \"n\": %zu, \"p50\": %u, \"p95\": %u, \"p99\": %u, \"longest\": %u}\n",
           (now() - began) / 1e9, cpu() - cpu_before, waited / 1e9, messages, deliveries, bytes_read, retried, times_count,
           quantile(0.5), quantile(0.95), quantile(0.99), quantile(1));
    fflush(stdout);
}

/* ---- what clients send */

static void send_all(struct client *c, const char *data, size_t size) {
    ssize_t sent = send(c->fd, data, size, MSG_NOSIGNAL);
    if (sent != (ssize_t)size) fail("client %d could send %zd of %zu bytes: %s", (int)(c - clients), sent, size, strerror(errno));
}

static void send_line(struct client *c, const char *format, ...) {
    va_list rest;
    char line[2048];
    va_start(rest, format);
    int size = vsnprintf(line, sizeof line, format, rest);
    va_end(rest);
    send_all(c, line, size);
}

static int channel_of(int number, char *to) {
    char *at = strstr(channel, "%d");
    if (!at) return sprintf(to, "%s", channel);
    return sprintf(to, "%.*s%d%s", (int)(at - channel), channel, number / group_size, at + 2);
}

/* Texts of some words each, as people write them, so that a search index has its usual work. */
static void invent_texts(void) {
    static const char *words[] = {"the", "server", "answer", "is", "late", "maybe", "we", "should", "look", "tomorrow",
        "at", "release", "and", "river", "question", "nobody", "kettle", "again", "lunch", "window", "a", "to", "of",
        "green", "meeting", "backup", "seven", "friend", "message", "quickly"};
    unsigned seed = 7;
    for (int t = 0; t < TEXTS; t++) {
        int size = 0;
        while (size < payload) {
            seed = seed * 1103515245 + 12345;
            size += snprintf(texts[t] + size, 24, "%s ", words[(seed >> 16) % (sizeof words / sizeof *words)]);
        }
        texts[t][payload] = 0;
        texts[t][payload - 1] = 'x';
    }
}

static void speak_once(int group) {
    int first = group * group_size, last = first + group_size < known ? first + group_size : known;
    groups[group].due = (long)speakers * burst * (last - first - 1);
    groups[group].began = now();
    for (int s = first; s < first + speakers && s < last; s++) {
        int size = 0;
        char name[TOKEN_SIZE * 2];
        channel_of(s, name);
        for (int i = 0; i < burst; i++)
            size += sprintf(out + size, "PRIVMSG %s :%s\r\n", name, texts[(messages + i) % TEXTS]);
        messages += burst;
        send_all(&clients[s], out, size);
    }
}

static void ask_next(void) {
    if (asking.next == asking.count) {
        if (!asking.again) {
            asking.running = 0;
            pending--;
            return;
        }
        asking.next = 0;
    }
    asking.sent = now();
    send_line(&clients[asking.client], "%s\r\n", asking.lines[asking.next++]);
}

/* ---- what clients receive */

static void arrived(struct client *c) {
    c->state = IDLE;
    note(now() - c->began);
    pending--;
}

static void fence(struct client *c) {
    c->state = FENCING;
    send_line(c, "PING fence\r\n");
}

static void registered(struct client *c) {
    char name[TOKEN_SIZE * 2];
    if (channel[0]) {
        channel_of(c - clients, name);
        send_line(c, "JOIN %s\r\n", name);
    }
    if (c->awaited) c->state = JOINING;
    else fence(c);
}

/* The command of a line, behind its tags and its source. */
static const char *command_of(const char *line) {
    if (*line == '@') line += strcspn(line, " ") + 1;
    if (*line == ':') line += strcspn(line, " ") + 1;
    return line;
}

static void timed(const char *line, size_t size, uint64_t at) {
    if (strncmp(command_of(line), "PRIVMSG ", 8) || size < 17) return;
    deliveries++;
    note(at - strtoull(line + size - 16, NULL, 16));
    if (--groups[0].due == 0) pending--;
}

static void on_line(struct client *c, const char *line, size_t size, uint64_t at) {
    const char *command = command_of(line);
    if (!strncmp(command, "PING ", 5)) send_line(c, "PONG %s\r\n", command + 5);
    else if (c->state == REGISTERING && !strncmp(command, "001 ", 4)) registered(c);
    else if (c->state == REGISTERING && (!strncmp(command, "433 ", 4) || !strncmp(command, "ERROR ", 6))) fail("refused: %s", command);
    else if (c->state == JOINING && !strncmp(command, "366 ", 4) && !--c->awaited) fence(c);
    else if (c->state == FENCING && !strncmp(command, "PONG ", 5)) arrived(c);
    else if (mode == TIMING && !(asking.running && c == &clients[asking.client])) timed(line, size, at);
    else if (asking.running && c == &clients[asking.client] && strstr(line, asking.marker)) {
        if (mode != TIMING) note(at - asking.sent);
        ask_next();
    }
}

static void on_lines(struct client *c, char *data, size_t size) {
    uint64_t at = now();
    char *end, *whole = data;
    if (c->rest_size) {
        whole = malloc(c->rest_size + size + 1);
        memcpy(whole, c->rest, c->rest_size);
        memcpy(whole + c->rest_size, data, size);
        size += c->rest_size;
        free(c->rest);
        c->rest = NULL, c->rest_size = 0;
    }
    char *line = whole;
    while ((end = memchr(line, '\n', size))) {
        size_t used = end + 1 - line, length = used - 1;
        if (length && line[length - 1] == '\r') length--;
        line[length] = 0;
        on_line(c, line, length, at);
        line += used, size -= used;
    }
    if (size) {
        c->rest = malloc(size);
        memcpy(c->rest, line, size);
        c->rest_size = size;
    }
    if (whole != data) free(whole);
}

static void count_lines(struct client *c, const char *data, size_t size) {
    long lines = 0;
    const char *end;
    while ((end = memchr(data, '\n', size))) {
        lines++;
        size -= end + 1 - data;
        data = end + 1;
    }
    struct group *group = &groups[(c - clients) / group_size];
    deliveries += lines;
    group->due -= lines;
    if (group->due < 0) fail("client %d received more lines than were said", (int)(c - clients));
    if (group->due == 0) {
        uint64_t at = now();
        note(at - group->began);
        if (at < ends) speak_once(group - groups);
        else pending--;
    }
}

static void open_socket(struct client *c) {
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
    if (c->fd < 0) fail("no socket for client %d: %s", (int)(c - clients), strerror(errno));
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof yes);
    c->state = CONNECTING;
    struct epoll_event event = {.events = EPOLLOUT, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_ADD, c->fd, &event);
    if (connect(c->fd, (struct sockaddr *)&to, sizeof to) && errno != EINPROGRESS) fail("connect: %s", strerror(errno));
}

/* A connection that the kernel gave up while its queue was full: people's clients try again, too. */
static void try_again(struct client *c) {
    close(c->fd);
    free(c->rest);
    c->rest = NULL, c->rest_size = 0;
    retried++;
    open_socket(c);
}

static void lost(struct client *c) {
    if (c->state == REGISTERING && errno == ECONNRESET) {
        try_again(c);
        return;
    }
    if (c->state != LEAVING) fail("the server closed the connection of client %d (%s)", (int)(c - clients), strerror(errno));
    close(c->fd);
    c->state = GONE;
    pending--;
}

static void readable(struct client *c) {
    errno = 0;
    ssize_t size = recv(c->fd, buffer, BUFFER - 1, 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) {
        lost(c);
        return;
    }
    bytes_read += size;
    if (c->state == LEAVING) return;
    /* Acknowledged at once: a server with Nagle's algorithm would otherwise wait up to 40 ms, at no cost of its own. */
    if (mode != QUIET) setsockopt(c->fd, IPPROTO_TCP, TCP_QUICKACK, &yes, sizeof yes);
    if (mode == COUNTING) count_lines(c, buffer, size);
    else on_lines(c, buffer, size);
}

static void connected(struct client *c) {
    int error = 0;
    socklen_t size = sizeof error;
    getsockopt(c->fd, SOL_SOCKET, SO_ERROR, &error, &size);
    if (error) fail("client %d cannot connect: %s", (int)(c - clients), strerror(error));
    c->state = REGISTERING;
    struct epoll_event event = {.events = EPOLLIN, .data.ptr = c};
    epoll_ctl(epoll, EPOLL_CTL_MOD, c->fd, &event);
    if (caps[0]) send_line(c, "CAP REQ :%s\r\n", caps);
    send_line(c, "NICK %s%d\r\nUSER %s 0 * :%s\r\n%s", prefix, (int)(c - clients), prefix, prefix, caps[0] ? "CAP END\r\n" : "");
}

static void turn(int milliseconds) {
    struct epoll_event events[512];
    uint64_t before = now();
    int count = epoll_wait(epoll, events, 512, milliseconds);
    waited += now() - before;
    for (int i = 0; i < count; i++) {
        struct client *c = events[i].data.ptr;
        if (c->state == CONNECTING) connected(c);
        else readable(c);
    }
}

static void until_done(uint64_t limit) {
    while (pending > 0) {
        if (now() > limit) fail("%d are still waiting after the time limit", pending);
        turn(1000);
    }
}

/* ---- commands */

static void open_client(int await) {
    struct client *c = &clients[known++];
    c->awaited = await, c->began = now();
    open_socket(c);
}

static void come(char *arguments) {
    int count, at_once, await, opened = 0;
    if (sscanf(arguments, "%d %d %d %127s %d %511s %127s", &count, &at_once, &await, channel, &group_size, caps, prefix) != 7)
        fail("come: %s", arguments);
    if (known + count > MOST) fail("at most %d clients", MOST);
    if (!strcmp(channel, "-")) channel[0] = 0;
    if (!strcmp(caps, "-")) caps[0] = 0;
    for (char *at = caps; *at; at++) if (*at == ',') *at = ' ';
    uint64_t limit = now() + PATIENCE;
    pending = count;
    while (pending > 0) {
        while (opened < count && opened - (count - pending) < at_once) open_client(await), opened++;
        if (now() > limit) fail("%d clients are still not registered", pending);
        turn(1000);
    }
}

static void fence_all(void) {
    for (int i = 0; i < known; i++) if (clients[i].state == IDLE) {
        clients[i].began = now();
        pending++;
        fence(&clients[i]);
    }
    until_done(now() + PATIENCE);
}

static void speak(char *arguments) {
    double seconds;
    if (sscanf(arguments, "%d %d %d %d %lf %127s", &group_size, &speakers, &burst, &payload, &seconds, channel) != 6)
        fail("speak: %s", arguments);
    invent_texts();
    mode = COUNTING;
    ends = now() + seconds * 1e9;
    pending = (known + group_size - 1) / group_size;
    for (int group = 0, count = pending; group < count; group++) speak_once(group);
    until_done(ends + PATIENCE);
    mode = QUIET;
}

static void rate(char *arguments) {
    double seconds, per_second;
    if (sscanf(arguments, "%d %lf %d %lf %127s", &speakers, &per_second, &payload, &seconds, channel) != 5) fail("rate: %s", arguments);
    invent_texts();
    mode = TIMING;
    group_size = known;
    /* Whoever searches meanwhile is not a member. */
    int members = known - asking.running, total = seconds * per_second;
    groups[0].due = (long)total * (members - 1);
    pending = 1;
    uint64_t begin = now();
    if (asking.running) ask_next();
    for (int sent = 0; sent < total;) {
        uint64_t at = now(), due = begin + sent * 1e9 / per_second;
        if (at < due) {
            turn((due - at) / 1000000 > 1 ? (due - at) / 1000000 - 1 : 0);
            continue;
        }
        send_line(&clients[sent % speakers], "PRIVMSG %s :%s %016" PRIx64 "\r\n", channel, texts[sent % TEXTS], due);
        sent++, messages++;
    }
    until_done(now() + PATIENCE);
    mode = QUIET;
}

static void ask(char *arguments, int again) {
    char file[512], line[1024];
    if (sscanf(arguments, "%d %127s %511s", &asking.client, asking.marker, file) != 3) fail("ask: %s", arguments);
    for (char *at = asking.marker; *at; at++) if (*at == '_') *at = ' ';
    FILE *from = fopen(file, "r");
    asking.running = from != NULL;
    asking.count = asking.next = 0, asking.again = again;
    if (!from) return;
    while (fgets(line, sizeof line, from)) {
        line[strcspn(line, "\n")] = 0;
        for (char *at = line; *at; at++) if (*at == '\t') *at = '\n';
        asking.lines = realloc(asking.lines, (asking.count + 1) * sizeof *asking.lines);
        asking.lines[asking.count++] = strdup(line);
    }
    fclose(from);
    if (again) return;
    pending = 1;
    ask_next();
    until_done(now() + PATIENCE * 5);
}

static void leave(char *arguments) {
    int first, count;
    if (sscanf(arguments, "%d %d", &first, &count) != 2) fail("leave: %s", arguments);
    for (int i = first; i < first + count; i++) {
        clients[i].state = LEAVING;
        pending++;
        send_line(&clients[i], "QUIT :bye\r\n");
    }
    until_done(now() + PATIENCE);
    if (first + count == known) known = first;
}

static void handle(char *line) {
    char *arguments = strchr(line, ' ');
    if (arguments) *arguments++ = 0;
    else arguments = "";
    uint64_t began = now();
    double before = cpu();
    deliveries = messages = bytes_read = retried = waited = times_count = 0;
    if (!strcmp(line, "come")) come(arguments);
    else if (!strcmp(line, "fence")) fence_all();
    else if (!strcmp(line, "speak")) speak(arguments);
    else if (!strcmp(line, "rate")) rate(arguments);
    else if (!strcmp(line, "ask")) ask(arguments, 0);
    else if (!strcmp(line, "background")) ask(arguments, 1);
    else if (!strcmp(line, "leave")) leave(arguments);
    else fail("unknown command %s", line);
    answer(began, before);
}

int main(int argc, char **argv) {
    static char line[4096];
    struct rlimit files;
    if (argc != 2) return fprintf(stderr, "usage: generator PORT\n"), 2;
    port = atoi(argv[1]);
    getrlimit(RLIMIT_NOFILE, &files);
    files.rlim_cur = files.rlim_max;
    setrlimit(RLIMIT_NOFILE, &files);
    epoll = epoll_create1(0);
    while (fgets(line, sizeof line, stdin)) {
        line[strcspn(line, "\n")] = 0;
        handle(line);
    }
    return 0;
}
