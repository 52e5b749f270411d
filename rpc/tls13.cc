// OpenSSL's system-wide TLS settings, set from code.
#include "rpc/tls13.h"

#include <openssl/bio.h>
#include <openssl/conf.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/ssl.h>

#include <memory>

#include "absl/strings/string_view.h"

namespace fusionhub::rpc {
namespace {

// `MinProtocol` would be overridden by gRPC; switching the version off is not (engineering.md,
// finding 8).
constexpr absl::string_view kSettings =
    "openssl_conf = fusionhub\n"
    "[fusionhub]\n"
    "ssl_conf = fusionhub_ssl\n"
    "[fusionhub_ssl]\n"
    "system_default = fusionhub_tls\n"
    "[fusionhub_tls]\n"
    "Protocol = -SSLv3,-TLSv1,-TLSv1.1,-TLSv1.2\n"
    "Options = ServerPreference,-SessionTicket\n";

}  // namespace

absl::Status CheckTls13() {
  std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_method()),
                                                            &SSL_CTX_free);
  if (!context) {
    ERR_clear_error();
    return absl::FailedPreconditionError(
        "OpenSSL cannot make a TLS context; check OPENSSL_CONF and the OpenSSL installation");
  }
  // As gRPC does.
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_max_proto_version(context.get(), TLS1_3_VERSION);
  const uint64_t options = SSL_CTX_get_options(context.get());
  if ((options & SSL_OP_NO_TLSv1_2) == 0 || (options & SSL_OP_NO_TLSv1_3) != 0) {
    return absl::FailedPreconditionError(
        "this process would accept TLS 1.2, or cannot speak TLS 1.3; remove the ssl_conf settings "
        "from "
        "the file that OPENSSL_CONF names");
  }
  return absl::OkStatus();
}

absl::Status RequireTls13() {
  // First everything that would load OpenSSL's own configuration later and replace ours.
  OPENSSL_init_ssl(OPENSSL_INIT_LOAD_SSL_STRINGS | OPENSSL_INIT_LOAD_CONFIG, nullptr);
  std::unique_ptr<BIO, decltype(&BIO_free)> text(
      BIO_new_mem_buf(kSettings.data(), static_cast<int>(kSettings.size())), &BIO_free);
  std::unique_ptr<CONF, decltype(&NCONF_free)> conf(NCONF_new(nullptr), &NCONF_free);
  const bool loaded = text && conf && NCONF_load_bio(conf.get(), text.get(), nullptr) > 0 &&
                      CONF_modules_load(conf.get(), nullptr, 0) > 0;
  if (!loaded) {
    ERR_clear_error();
    return absl::FailedPreconditionError(
        "OpenSSL did not take the setting that turns TLS 1.2 off; check the OpenSSL installation");
  }
  return CheckTls13();
}

}  // namespace fusionhub::rpc
