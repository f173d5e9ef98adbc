"""A mail server that misbehaves as the recipient's local part says, for tests of the sender.

    smtp_stub.py KEPT          prints its port; what it keeps lies in KEPT, one file a message

  rcpt4 rcpt5   451 or 550 at RCPT          data4 data5   451 or 554 after the body
  cut           gone after 354              lost          kept, then gone without an answer
  hang          kept, then silence          slow          a quarter of a second before each answer
  shut          421 and gone at RCPT        grey          451 at RCPT the first time
Every other recipient gets the message. With BUSY as a second argument every connection is refused by 421.
"""
import pathlib, socket, sys, threading, time, itertools

kept = pathlib.Path(sys.argv[1])
kept.mkdir(exist_ok=True)
busy = len(sys.argv) > 2
numbers = itertools.count()
seen = set()


def serve(connection):
    stream = connection.makefile("rb")

    def say(line):
        connection.sendall(line.encode() + b"\r\n")

    if busy:
        say("421 4.3.2 too busy")
        connection.close()
        return
    say("220 stub")
    recipient = fault = ""
    while line := stream.readline():
        word = line[:4].upper().strip()
        if fault == "slow":
            time.sleep(0.25)
        if word in (b"EHLO", b"HELO"):
            say("250-stub\r\n250-ENHANCEDSTATUSCODES\r\n250 SIZE 1000000")
        elif word == b"RCPT":
            recipient = line.split(b"<")[1].split(b">")[0].decode()
            fault = recipient.split("@")[0].split("+")[0]
            if fault == "shut":
                say("421 4.3.2 closing")
                break
            if fault == "rcpt4" or fault == "grey" and recipient not in seen:
                seen.add(recipient)
                say("451 4.7.1 try again, <%s>" % recipient)
            elif fault == "rcpt5":
                say("550 5.1.1 nobody here of the name <%s>" % recipient)
            else:
                say("250 2.1.5 ok")
        elif word == b"DATA":
            say("354 go on")
            if fault == "cut":
                break
            body = b""
            while (part := stream.readline()) not in (b".\r\n", b""):
                body += part[1:] if part.startswith(b".") else part
            if part == b"":
                break
            if fault == "data4":
                say("451 4.3.0 later")
                continue
            if fault == "data5":
                say("554 5.6.0 never")
                continue
            name = "%06d" % next(numbers)
            (kept / (name + ".new")).write_bytes(b"RCPT " + recipient.encode() + b"\n" + body)
            (kept / (name + ".new")).rename(kept / name)
            if fault == "lost":
                break
            if fault == "hang":
                time.sleep(60)
            say("250 2.0.0 kept")
        elif word == b"QUIT":
            say("221 2.0.0 bye")
            break
        else:
            say("250 2.0.0 ok")
    connection.shutdown(socket.SHUT_RDWR)
    connection.close()


def guarded(connection):
    try:
        serve(connection)
    except OSError:
        pass


listener = socket.create_server(("127.0.0.1", 0), backlog=100)
print(listener.getsockname()[1], flush=True)
while True:
    connection, _ = listener.accept()
    connection.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    threading.Thread(target=guarded, args=(connection,), daemon=True).start()
