"""Generates and compiles C++ for .proto files with Debian's protoc and grpc_cpp_plugin."""

def cc_grpc_library(name, srcs, visibility = None):
    """One C++ library with the messages and services of all srcs.

    Args:
      name: name of the library.
      srcs: .proto files of this package, importing each other by path from the workspace's proto/ folder.
      visibility: as usual.
    """
    stems = [src[:-len(".proto")] for src in srcs]
    headers = [stem + suffix for stem in stems for suffix in (".pb.h", ".grpc.pb.h")]
    sources = [stem + suffix for stem in stems for suffix in (".pb.cc", ".grpc.pb.cc")]
    native.genrule(
        name = name + "_generate",
        srcs = srcs,
        outs = headers + sources,
        cmd = "protoc -Iproto --cpp_out=$(GENDIR)/proto --grpc_out=$(GENDIR)/proto " +
              "--plugin=protoc-gen-grpc=/usr/bin/grpc_cpp_plugin $(SRCS)",
        message = "Generating C++ from .proto files",
    )
    native.cc_library(
        name = name,
        srcs = sources,
        hdrs = headers,
        # Generated code is not ours to mend.
        copts = ["-w"],
        strip_include_prefix = "/proto",
        visibility = visibility,
        deps = ["//third_party:grpc"],
    )
