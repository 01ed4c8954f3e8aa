import Foundation
import Synchronization

#if canImport(Darwin)
  import Darwin
#elseif canImport(Musl)
  import Musl
#else
  import Glibc
#endif

/// A web server on 127.0.0.1, good or bad, as long as this value is there.
final class LoopbackServer: Sendable {
  enum Answer: Sendable {
    case file([UInt8])
    /// The connection's end is the file's.
    case fileWithoutLength([UInt8])
    /// "404 Not Found"
    case status(String)
    case redirect(String)
    /// The connection ends before the announced bytes have come.
    case cut([UInt8], announced: Int)
    /// A gzip file that never ends.
    case endless
    /// A byte every 20 ms.
    case slow([UInt8])
    /// Nothing, as long as the other side waits.
    case silence
    /// The connection ends at once.
    case hangUp
  }

  let url: String
  private let listener: CInt
  private let answer: @Sendable (String) -> Answer
  private let state = Mutex((requested: [String](), open: 0))

  /// - Parameter answer: what there is at a path, such as "/t10k-labels-idx1-ubyte.gz".
  init(_ answer: @escaping @Sendable (String) -> Answer) {
    self.answer = answer
    listener = loopbackSocket()
    listen(listener, 16)
    url = "http://127.0.0.1:\(port(of: listener))"
    Thread.detachNewThread { [listener, weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0, let self else { break }
        self.state.withLock { $0.open += 1 }
        Thread.detachNewThread {
          self.serve(connection)
          close(connection)
          self.state.withLock { $0.open -= 1 }
        }
      }
      close(listener)
    }
  }

  /// Four files by their names, gzipped.
  convenience init(files: [String: [UInt8]]) {
    self.init { path in
      files[String(path.dropFirst().dropLast(3))].map { .file(gzip($0)) }
        ?? .status("404 Not Found")
    }
  }

  deinit { shutdown(listener, CInt(SHUT_RDWR)) }

  /// The paths that have been asked for, without the slash.
  var requested: [String] { state.withLock { $0.requested.map { String($0.dropFirst()) } } }

  /// Whether the other side has closed its last connection, or does so within two seconds.
  var isLeftAlone: Bool {
    for _ in 0..<200 where state.withLock({ $0.open }) > 0 { usleep(10_000) }
    return state.withLock { $0.open } == 0
  }

  /// An address where nobody listens.
  static var deadURL: String {
    let socket = loopbackSocket()
    defer { close(socket) }
    return "http://127.0.0.1:\(port(of: socket))"
  }

  private func serve(_ connection: CInt) {
    var request: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 4096)
    while !request.suffix(4).elementsEqual([13, 10, 13, 10]) {
      let count = recv(connection, &buffer, buffer.count, 0)
      guard count > 0 else { return }
      request += buffer[..<count]
    }
    let path = String(decoding: request.split(separator: 32)[1], as: UTF8.self)
    state.withLock { $0.requested.append(path) }

    func head(_ status: String, _ headers: String...) -> [UInt8] {
      Array(
        ("HTTP/1.1 \(status)\r\nConnection: close\r\n" + headers.map { $0 + "\r\n" }.joined()
          + "\r\n")
          .utf8)
    }
    func ok(_ length: Int) -> [UInt8] { head("200 OK", "Content-Length: \(length)") }
    switch answer(path) {
    case .file(let bytes): write(ok(bytes.count) + bytes, to: connection)
    case .fileWithoutLength(let bytes): write(head("200 OK") + bytes, to: connection)
    case .status(let status): write(head(status, "Content-Length: 0"), to: connection)
    case .redirect(let place): write(head("302 Found", "Location: \(place)"), to: connection)
    case .cut(let bytes, let announced): write(ok(announced) + bytes, to: connection)
    case .endless:
      write(head("200 OK") + [31, 139], to: connection)
      while write([UInt8](repeating: 0, count: 1 << 16), to: connection) {}
    case .slow(let bytes):
      write(ok(bytes.count), to: connection)
      for byte in bytes {
        guard write([byte], to: connection) else { return }
        usleep(20_000)
      }
    case .silence: _ = recv(connection, &buffer, 1, 0)
    case .hangUp: break
    }
  }

  @discardableResult
  private func write(_ bytes: [UInt8], to connection: CInt) -> Bool {
    #if canImport(Darwin)
      var on: CInt = 1
      setsockopt(
        connection, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout.size(ofValue: on)))
      let flags: CInt = 0
    #else
      let flags = CInt(MSG_NOSIGNAL)
    #endif
    var rest = bytes[...]
    while !rest.isEmpty {
      let count = rest.withUnsafeBytes { send(connection, $0.baseAddress, $0.count, flags) }
      guard count > 0 else { return false }
      rest = rest.dropFirst(count)
    }
    return true
  }
}

/// A socket with a port of its own.
private func loopbackSocket() -> CInt {
  #if canImport(Darwin)
    let kind = SOCK_STREAM
  #else
    let kind = CInt(SOCK_STREAM.rawValue)
  #endif
  let descriptor = socket(AF_INET, kind, 0)
  _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
  var address = sockaddr_in()
  address.sin_family = sa_family_t(AF_INET)
  address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
  let size = socklen_t(MemoryLayout<sockaddr_in>.size)
  let status = withUnsafePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { bind(descriptor, $0, size) }
  }
  precondition(status == 0, "no port on 127.0.0.1: \(String(cString: strerror(errno)))")
  return descriptor
}

private func port(of descriptor: CInt) -> UInt16 {
  var address = sockaddr_in()
  var size = socklen_t(MemoryLayout<sockaddr_in>.size)
  _ = withUnsafeMutablePointer(to: &address) {
    $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
  }
  return UInt16(bigEndian: address.sin_port)
}
