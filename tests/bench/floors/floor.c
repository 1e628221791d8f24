// The physical floor: one thread, epoll, a WebSocket handshake; then, on any text frame, one send() of the same
// ready bytes to every other socket. No queue: a socket that would block is passed over (a floor, no product).
//
//     cc -O2 -o floor floor.c && ./floor PORT BODY
//
// BODY is a file with what follows the number in a text.
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>
#define MAXFD 70000
static char isopen[MAXFD];
static int fds[MAXFD], pos_of[MAXFD], nfds;
static uint32_t rol(uint32_t x, int k) { return (x << k) | (x >> (32 - k)); }
static void sha1(const uint8_t *m, size_t n, uint8_t out[20]) {
  uint32_t h[5] = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  uint8_t b[256] = {0};
  size_t total = ((n + 8) / 64 + 1) * 64;
  memcpy(b, m, n);
  b[n] = 0x80;
  for (int i = 0; i < 8; i++) b[total - 1 - i] = (uint8_t)((n * 8ULL) >> (8 * i));
  for (size_t o = 0; o < total; o += 64) {
    uint32_t w[80];
    for (int i = 0; i < 16; i++)
      w[i] = (uint32_t)b[o + 4 * i] << 24 | b[o + 4 * i + 1] << 16 | b[o + 4 * i + 2] << 8 | b[o + 4 * i + 3];
    for (int i = 16; i < 80; i++) w[i] = rol(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
    uint32_t a = h[0], bb = h[1], c = h[2], d = h[3], e = h[4];
    for (int i = 0; i < 80; i++) {
      uint32_t f, k;
      if (i < 20) f = (bb & c) | (~bb & d), k = 0x5A827999;
      else if (i < 40) f = bb ^ c ^ d, k = 0x6ED9EBA1;
      else if (i < 60) f = (bb & c) | (bb & d) | (c & d), k = 0x8F1BBCDC;
      else f = bb ^ c ^ d, k = 0xCA62C1D6;
      uint32_t t = rol(a, 5) + f + e + k + w[i];
      e = d; d = c; c = rol(bb, 30); bb = a; a = t;
    }
    h[0] += a; h[1] += bb; h[2] += c; h[3] += d; h[4] += e;
  }
  for (int i = 0; i < 20; i++) out[i] = h[i / 4] >> (24 - 8 * (i % 4));
}
static void b64(const uint8_t *in, int n, char *out) {
  const char *t = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  int j = 0;
  for (int i = 0; i < n; i += 3) {
    uint32_t v = in[i] << 16 | (i + 1 < n ? in[i + 1] << 8 : 0) | (i + 2 < n ? in[i + 2] : 0);
    out[j++] = t[v >> 18]; out[j++] = t[v >> 12 & 63];
    out[j++] = i + 1 < n ? t[v >> 6 & 63] : '='; out[j++] = i + 2 < n ? t[v & 63] : '=';
  }
  out[j] = 0;
}
static void forget(int fd) {
  if (isopen[fd]) { int p = pos_of[fd]; fds[p] = fds[--nfds]; pos_of[fds[p]] = p; isopen[fd] = 0; }
  close(fd);
}
int main(int argc, char **argv) {
  int port = argc > 1 ? atoi(argv[1]) : 9101, one = 1, seq = 0;
  static char rest[60000], text[60200], frame[60204], buf[65536];
  FILE *file = argc > 2 ? fopen(argv[2], "rb") : NULL;
  if (!file) { fprintf(stderr, "usage: floor PORT BODY\n"); return 1; }
  size_t length = fread(rest, 1, sizeof rest, file);
  fclose(file);
  struct rlimit rl; getrlimit(RLIMIT_NOFILE, &rl); rl.rlim_cur = rl.rlim_max; setrlimit(RLIMIT_NOFILE, &rl);
  int ls = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK, 0);
  setsockopt(ls, SOL_SOCKET, SO_REUSEADDR, &one, sizeof one);
  struct sockaddr_in sa = {.sin_family = AF_INET, .sin_port = htons(port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
  if (bind(ls, (void *)&sa, sizeof sa) || listen(ls, 4096)) { perror("listen"); return 1; }
  int ep = epoll_create1(0);
  struct epoll_event ev = {.events = EPOLLIN, .data.fd = ls}, evs[512];
  epoll_ctl(ep, EPOLL_CTL_ADD, ls, &ev);
  for (;;) {
    int n = epoll_wait(ep, evs, 512, -1);
    for (int i = 0; i < n; i++) {
      int fd = evs[i].data.fd;
      if (fd == ls) {
        int c;
        while ((c = accept4(ls, 0, 0, SOCK_NONBLOCK)) >= 0) {
          setsockopt(c, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
          ev.events = EPOLLIN; ev.data.fd = c; epoll_ctl(ep, EPOLL_CTL_ADD, c, &ev);
        }
        continue;
      }
      ssize_t r = recv(fd, buf, sizeof buf - 1, 0);
      if (r <= 0) { if (r == 0 || errno != EAGAIN) forget(fd); continue; }
      buf[r] = 0;
      if (!isopen[fd]) {
        char *k = strcasestr(buf, "sec-websocket-key:"), key[128], acc[40], resp[256];
        if (!k) { forget(fd); continue; }
        k += 18; while (*k == ' ') k++;
        int l = strcspn(k, "\r\n"); if (l > 60) l = 60;
        memcpy(key, k, l); strcpy(key + l, "258EAFA5-E914-47DA-95CA-C5AB0DC85B11");
        uint8_t d[20]; sha1((uint8_t *)key, strlen(key), d); b64(d, 20, acc);
        int m = snprintf(resp, sizeof resp, "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
                         "Sec-WebSocket-Accept: %s\r\n\r\n", acc);
        send(fd, resp, m, MSG_NOSIGNAL);
        isopen[fd] = 1; pos_of[fd] = nfds; fds[nfds++] = fd;
      } else if (((uint8_t)buf[0] & 15) == 1) {
        struct timespec ts; clock_gettime(CLOCK_REALTIME, &ts);
        int m = snprintf(text, sizeof text, "{\"sent_at\":%ld.%06ld,\"epoch\":1,\"seq\":%d", ts.tv_sec, ts.tv_nsec / 1000, ++seq);
        memcpy(text + m, rest, length);
        size_t size = m + length;
        frame[0] = (char)0x81; frame[1] = 126; frame[2] = (char)(size >> 8); frame[3] = (char)(size & 255);
        memcpy(frame + 4, text, size);
        for (int j = 0; j < nfds; j++) if (fds[j] != fd) send(fds[j], frame, size + 4, MSG_NOSIGNAL);
      } else if (((uint8_t)buf[0] & 15) == 8) forget(fd);
    }
  }
}
