# Passes its input to a socket, and the socket's output to its own, for an ssh that cannot. Changes nothing.
#   connect-socket PATH
path=$1
case $path in /*) ;; *) fail 64 "not a path: $path" ;; esac
if command -v python3 >/dev/null; then
  python3 -c '
import os, socket, sys, threading
there = socket.socket(socket.AF_UNIX)
try:
    there.connect(sys.argv[1])
except (FileNotFoundError, ConnectionRefusedError):
    sys.exit("connect failed")
except OSError as error:
    sys.exit(error.strerror)
def send():
    try:
        piece = os.read(0, 65536)
        while piece:
            there.sendall(piece)
            piece = os.read(0, 65536)
        there.shutdown(socket.SHUT_WR)
    except OSError:
        pass
threading.Thread(target=send, daemon=True).start()
piece = there.recv(65536)
while piece:
    sys.stdout.buffer.write(piece)
    sys.stdout.buffer.flush()
    piece = there.recv(65536)
' "$path" || exit 70
elif command -v perl >/dev/null; then
  perl -MIO::Socket::UNIX -e '
my $there = IO::Socket::UNIX->new(Peer => $ARGV[0]);
unless ($there) {
  print STDERR $!{ENOENT} || $!{ECONNREFUSED} ? "connect failed" : "$!", "\n";
  exit 1;
}
my $pid = fork;
my ($from, $to) = $pid ? ($there, \*STDOUT) : (\*STDIN, $there);
while (sysread $from, my $piece, 65536) {
  syswrite $to, $piece;
}
if ($pid) { kill TERM => $pid } else { $there->shutdown(1) }
' "$path" || exit 70
else
  fail 65 'there is neither python3 nor perl, one of which has to lead on to a socket'
fi
